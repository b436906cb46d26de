/* Buttons that copy a text or print the page; they show themselves only where they can work. */
export function start(button) {
  if (button.hasAttribute("data-print")) {
    button.addEventListener("click", () => print());
  } else {
    if (!navigator.clipboard) return;
    const words = button.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = words; }, 2500);
    });
  }
  button.hidden = false;
}
