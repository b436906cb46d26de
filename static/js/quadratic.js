/* Credits left, while votes are given: n votes are drawn as a square of n by n credits. The server counts again and is
   right; nothing here stops a ballot from being sent. */
const SVG = "http://www.w3.org/2000/svg";

export function start(ballot) {
  const credits = Number(ballot.dataset.credits);
  const box = ballot.querySelector("[data-credits-box]");
  const rows = [...ballot.querySelectorAll("[data-option]")];
  const input = (row) => row.querySelector("input");
  const votes = (row) => Math.trunc(Number(input(row).value)) || 0;
  const spent = () => rows.reduce((sum, row) => sum + votes(row) ** 2, 0);

  for (const row of rows) {
    for (const hidden of row.querySelectorAll("[hidden]")) hidden.removeAttribute("hidden");
    row.querySelector("[data-less]").addEventListener("click", () => step(row, -1));
    row.querySelector("[data-more]").addEventListener("click", () => step(row, 1));
    input(row).addEventListener("input", draw);
  }
  box.hidden = false;
  draw();

  function step(row, by) {
    input(row).value = String(votes(row) + by);
    draw();
    ballot.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function draw() {
    const left = credits - spent();
    const number = box.querySelector("[data-left]");
    if (number.textContent !== String(left)) number.textContent = String(left);
    box.classList.toggle("is-over", left < 0);
    box.querySelector("[data-over]").hidden = left >= 0;
    for (const row of rows) {
      const n = votes(row);
      const next = (Math.abs(n + 1)) ** 2 - n ** 2;
      row.querySelector("[data-more]").disabled = next > left || n + 1 > Number(input(row).max);
      row.querySelector("[data-less]").disabled = n - 1 < Number(input(row).min) || (n <= 0 && 1 - 2 * n > left);
      const words = row.querySelector("[data-cost]");
      words.textContent = words.dataset.words.replace("{n}", n).replace("{c}", n * n);
      square(row.querySelector("[data-squares]"), n);
    }
  }
}

function square(picture, votes) {
  const side = Math.abs(votes);
  picture.classList.toggle("is-against", votes < 0);
  picture.replaceChildren();
  const size = Number(picture.viewBox.baseVal.width);
  if (!side || side > size) return;
  for (let at = 0; at < side * side; at += 1) {
    const one = document.createElementNS(SVG, "rect");
    const corner = { x: (at % side) + 0.08, y: size - 1 - Math.floor(at / side) + 0.08, width: 0.84, height: 0.84, class: "pic-square" };
    for (const [name, value] of Object.entries(corner)) one.setAttribute(name, value);
    picture.append(one);
  }
}
