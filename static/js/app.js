/* The front door of the scripts. Every page works without them; each part below is fetched only where the page asks
   for it by a data attribute. */
const parts = {
  "[data-ranked]": "./ranked.js",
  "[data-quadratic]": "./quadratic.js",
  "[data-approval]": "./approval.js",
  "[data-knapsack]": "./knapsack.js",
  "[data-points]": "./points.js",
  "form[data-draft], [data-forget]": "./draft.js",
  "form[data-guard]": "./guard.js",
  "[data-copy], [data-print]": "./small.js",
  "[data-theme-switch]": "./look.js",
};

for (const [where, file] of Object.entries(parts)) {
  const found = document.querySelectorAll(where);
  if (found.length) import(file).then((part) => found.forEach((one) => part.start(one)));
}

document.querySelector("[data-focus]")?.focus();

// An open menu closes on Escape and when one looks elsewhere.
for (const menu of document.querySelectorAll("details.menu")) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
  });
}

// What is folded away on the screen stands on paper, also where the browser cannot unfold it by its style.
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details.more:not([open])")) { part.open = true; part.dataset.printed = ""; }
});
addEventListener("afterprint", () => {
  for (const part of document.querySelectorAll("details[data-printed]")) { part.open = false; delete part.dataset.printed; }
});
