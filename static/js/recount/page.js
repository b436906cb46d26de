/* The part of a result page that counts again. The counting itself is fetched when a reader opens the part; from then
   on nothing more is needed from anywhere. What is counted never leaves the browser. All words come from the page. */
const place = document.querySelector("[data-recount]");
const MOST = 25;

if (place) start();

function start() {
  const words = JSON.parse(place.dataset.words);
  const says = place.querySelector("[data-says]");
  const findings = place.querySelector("[data-findings]");
  const button = place.querySelector("[data-recount-published]");
  const input = place.querySelector("input[type=file]");
  const language = document.documentElement.lang || "en";
  let parts = null;
  let published = null;
  let running = false;
  place.hidden = false;
  place.closest("section").querySelector("[data-recount-off]").hidden = true;
  place.addEventListener("toggle", () => { if (place.open) ready().then(() => { if (!running && !findings.childElementCount) says.textContent = words.ready; }, trouble); });
  button.addEventListener("click", () => run(async () => {
    const bytes = await fetched(place.dataset.ballots);
    if (!bytes) throw new Error(words.no_file);
    return { ballots: bytes };
  }));
  input.addEventListener("change", () => run(async () => {
    const found = {};
    for (const file of input.files) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      found[text(bytes).includes('"ballot-file/1"') ? "ballots" : "result"] = bytes;
    }
    return found;
  }));

  /* The counting, and the published result with its fingerprint; each once. */
  async function ready() {
    parts ??= Promise.all(["reading", "count", "compare", "sha256"].map((name) => import(`./${name}.js`)))
      .then((found) => Object.assign({}, ...found)).catch((reason) => { parts = null; throw reason; });
    const all = await parts;
    await all.prepare(place.dataset);
    published ??= await fetched(place.dataset.result);
    return all;
  }

  async function run(files) {
    if (running) return;
    running = true;
    findings.replaceChildren();
    says.textContent = words.working;
    try {
      const given = await files();
      const all = await ready();
      if (!given.ballots) throw new Error(words.not_a_file);
      if (!(given.result ?? published)) throw new Error(words.no_result);
      await show(all, given.ballots, given.result ?? published);
    } catch (reason) {
      trouble(reason);
    }
    running = false;
  }

  async function show({ contestOf, prepare, counting, differences, sha256 }, ballots, result) {
    const contest = contestOf(text(ballots));
    await prepare(contest.rule);
    const ours = await steps(counting(contest));
    const wrong = differences(ours, JSON.parse(text(result)));
    const name = (id) => contest.options[contest.place.get(id)]?.name ?? id;
    const rows = wrong.map(([code, given]) => sentence(code, given, name, contest.currency));
    const notes = [];
    const fingerprint = sha256(ballots);
    if (fingerprint !== place.dataset.ballotsSha) rows.unshift(fill(words.other_file, { here: fingerprint, published: place.dataset.ballotsSha }));
    else notes.push(words.same_file);
    if (sha256(result) !== place.dataset.resultSha) rows.unshift(words.other_result);
    says.textContent = "";
    const counted = { ballots: number(ours.ballots), options: number(contest.options.length), stages: number(ours.rounds.length) };
    note(wrong.length ? "err" : rows.length ? "warn" : "ok", wrong.length ? words.different : words.same, [
      fill(words.counted, counted), ...notes], rows);
  }

  /* A long count lets the page breathe and says how far it is. */
  async function steps(work) {
    let last = performance.now();
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
      if (performance.now() - last < 60) continue;
      says.textContent = fill(words.at_share, { share: String(value) });
      await new Promise((resolve) => { setTimeout(resolve); });
      last = performance.now();
    }
  }

  function note(kind, title, lines, rows) {
    const box = element("div", `note note-${kind} stack`);
    box.append(element("h3", "", title), ...lines.map((line) => element("p", "", line)));
    if (rows.length) {
      const list = element("ul");
      list.append(...rows.slice(0, MOST).map((row) => element("li", "", row)));
      if (rows.length > MOST) list.append(element("li", "", fill(words.more, { n: number(rows.length - MOST) })));
      box.append(list);
    }
    findings.replaceChildren(box);
  }

  function sentence(code, given, name, currency) {
    const shown = { ...given };
    if (given.option) shown.option = name(given.option);
    for (const key of ["options", "options_here", "options_published"]) if (given[key]) shown[key] = given[key].map(name).join(", ") || "–";
    if (given.figure) shown.figure = given.figure.replace(/:(.*)$/, (_, id) => `: ${name(id)}`);
    for (const side of ["here", "published"]) if (given.money && given[side]) shown[side] = money(given[side], currency);
    return fill(words[code] ?? words.other, { code, ...shown });
  }

  function money(minor, currency) {
    try {
      const format = new Intl.NumberFormat(language, { style: "currency", currency });
      return format.format(Number(minor) / 10 ** format.resolvedOptions().maximumFractionDigits);
    } catch { return minor; }
  }

  function number(value) {
    return new Intl.NumberFormat(language).format(Number(value));
  }

  function trouble(reason) {
    says.textContent = "";
    note("err", words.trouble, [reason.code ? fill(words[reason.code], { where: reason.where }) : reason.message], []);
  }
}

async function fetched(address) {
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  } catch { return null; }
}

function text(bytes) {
  return new TextDecoder().decode(bytes);
}

function fill(words, figures) {
  return words.replace(/\{(\w+)\}/g, (all, name) => figures[name] ?? all);
}

function element(name, className = "", words = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = words;
  return made;
}
