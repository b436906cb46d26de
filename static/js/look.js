/* Light, dark or as the device says: kept on this device only. */
export function start(place) {
  const root = document.documentElement;
  const words = JSON.parse(place.dataset.words);
  for (const [theme, label] of Object.entries(words)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "mini";
    button.textContent = label;
    button.dataset.theme = theme;
    button.addEventListener("click", () => choose(theme));
    place.append(button);
  }
  show();
  place.hidden = false;

  function choose(theme) {
    try {
      if (theme) localStorage.setItem("theme", theme); else localStorage.removeItem("theme");
    } catch (refused) { /* the choice then lasts for this page */ }
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    show();
  }

  function show() {
    for (const button of place.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String((root.dataset.theme || "") === button.dataset.theme));
    }
  }
}
