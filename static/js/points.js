/* Points left, while they are given. The server counts again and is right; nothing here stops a ballot from being sent. */
export function start(ballot) {
  const total = Number(ballot.dataset.total);
  const box = ballot.querySelector("[data-credits-box]");
  const rows = [...ballot.querySelectorAll("[data-option]")];
  const input = (row) => row.querySelector("input");
  const points = (row) => Math.trunc(Number(input(row).value)) || 0;

  for (const row of rows) {
    for (const hidden of row.querySelectorAll("[hidden]")) hidden.removeAttribute("hidden");
    row.querySelector("[data-less]").addEventListener("click", () => step(row, -1));
    row.querySelector("[data-more]").addEventListener("click", () => step(row, 1));
    input(row).addEventListener("input", draw);
  }
  box.hidden = false;
  draw();

  function step(row, by) {
    input(row).value = String(points(row) + by);
    draw();
    ballot.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function draw() {
    const left = total - rows.reduce((sum, row) => sum + points(row), 0);
    const number = box.querySelector("[data-left]");
    if (number.textContent !== String(left)) number.textContent = String(left);
    box.classList.toggle("is-over", left < 0);
    box.querySelector("[data-over]").hidden = left >= 0;
    for (const row of rows) {
      row.querySelector("[data-more]").disabled = left <= 0 || points(row) >= Number(input(row).max);
      row.querySelector("[data-less]").disabled = points(row) <= 0;
    }
  }
}
