/* What ballots with a number for each option share: buttons for one more and one less, and what is left of the whole.
   The server counts again and is right; nothing here stops a ballot from being sent. */
export function stepping(ballot, { total, cost, dress }) {
  const box = ballot.querySelector("[data-credits-box]");
  const rows = [...ballot.querySelectorAll("[data-option]")].map((option) => ({
    option,
    input: option.querySelector("input"),
    less: option.querySelector("[data-less]"),
    more: option.querySelector("[data-more]"),
    get given() { return Math.trunc(Number(this.input.value)) || 0; },
  }));

  for (const row of rows) {
    for (const hidden of row.option.querySelectorAll("[hidden]")) hidden.removeAttribute("hidden");
    row.less.addEventListener("click", () => step(row, -1));
    row.more.addEventListener("click", () => step(row, 1));
    row.input.addEventListener("input", draw);
  }
  box.hidden = false;
  draw();

  function step(row, by) {
    row.input.value = String(row.given + by);
    draw();
    ballot.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function draw() {
    const left = total - rows.reduce((sum, row) => sum + cost(row.given), 0);
    const number = box.querySelector("[data-left]");
    if (number.textContent !== String(left)) number.textContent = String(left);
    box.classList.toggle("is-over", left < 0);
    box.querySelector("[data-over]").hidden = left >= 0;
    for (const row of rows) dress(row, left);
  }
}
