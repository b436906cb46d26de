/* Put the chosen look on the page before it is drawn, so that a dark page never flashes white. Not a module: it has to
   run at once. */
(function () {
  try {
    var chosen = localStorage.getItem("theme");
    if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
  } catch (refused) { /* storage is switched off: the system's own choice stands */ }
})();
