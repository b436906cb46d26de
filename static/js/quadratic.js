/* Credits left, while votes are given: n votes are drawn as a square of n by n credits. */
import { stepping } from "./stepping.js";

const SVG = "http://www.w3.org/2000/svg";

export function start(ballot) {
  stepping(ballot, {
    total: Number(ballot.dataset.credits),
    cost: (votes) => votes ** 2,
    dress(row, left) {
      const n = row.given;
      row.more.disabled = (n + 1) ** 2 - n ** 2 > left || n + 1 > Number(row.input.max);
      row.less.disabled = n - 1 < Number(row.input.min) || (n <= 0 && 1 - 2 * n > left);
      const words = row.option.querySelector("[data-cost]");
      words.textContent = words.dataset.words.replace("{n}", n).replace("{c}", n * n);
      square(row.option.querySelector("[data-squares]"), n);
    },
  });
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
