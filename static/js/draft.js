/* Unfinished text stays on this device until it is handed in. Never kept: passwords, codes, files, hidden fields, and
   whatever carries data-private. A form marked data-draft-store="tab" forgets when the tab closes (for shared phones).
   A page with data-forget="key" (the receipt) throws the draft away. */
export function start(place) {
  if (place.dataset.forget) {
    for (const store of stores()) store.removeItem(`draft:${place.dataset.forget}`);
    return;
  }
  const key = `draft:${place.dataset.draft}`;
  const store = place.dataset.draftStore === "tab" ? stores()[1] : stores()[0];
  if (!store) return;
  const fields = [...place.elements].filter((one) => one.name && !one.matches(
    "[type=hidden], [type=password], [type=file], [type=submit], button, [autocomplete=one-time-code], [data-private]"));

  restore();
  place.addEventListener("input", keep);
  place.addEventListener("change", keep);

  function keep() {
    const kept = fields.map((one) => (one.matches("[type=checkbox], [type=radio]") ? one.checked : one.value));
    try { store.setItem(key, JSON.stringify({ names: fields.map((one) => one.name), kept })); } catch (full) { /* then not */ }
  }

  function restore() {
    let draft;
    try { draft = JSON.parse(store.getItem(key)); } catch (broken) { draft = null; }
    const untouched = fields.every((one) => (one.matches("[type=checkbox], [type=radio]") ? one.checked === one.defaultChecked
      : one.matches("select") || one.value === ""));
    if (!draft || !untouched || draft.names.join() !== fields.map((one) => one.name).join()) return;
    fields.forEach((one, index) => {
      if (one.matches("[type=checkbox], [type=radio]")) one.checked = draft.kept[index]; else one.value = draft.kept[index];
    });
  }
}

function stores() {
  try { return [localStorage, sessionStorage]; } catch (refused) { return []; }
}
