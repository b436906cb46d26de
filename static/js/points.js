/* Points left, while they are given. */
import { stepping } from "./stepping.js";

export function start(ballot) {
  stepping(ballot, {
    total: Number(ballot.dataset.total),
    cost: (points) => points,
    dress(row, left) {
      row.more.disabled = left <= 0 || row.given >= Number(row.input.max);
      row.less.disabled = row.given <= 0;
    },
  });
}
