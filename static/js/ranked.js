/* A ranking by buttons. The selects stay the truth that is sent; this only sets them, keeps them without gaps or
   repeats, and moves the rows so that the list reads as the ranking. */
export function start(ballot) {
  const list = ballot.querySelector(".ballot-list");
  const rows = [...list.querySelectorAll("[data-option]")];
  if (!rows.length) return;
  const says = ballot.querySelector("[data-says]");
  const most = rows[0].querySelector("select").options.length - 1;
  const rank = (row) => Number(row.querySelector("select").value) || 0;
  const ranked = () => rows.filter(rank).sort((a, b) => rank(a) - rank(b));

  rows.forEach((row) => {
    for (const button of row.querySelectorAll("button")) button.hidden = false;
    row.querySelector("[data-up]").addEventListener("click", (event) => move(row, -1, event.currentTarget));
    row.querySelector("[data-down]").addEventListener("click", (event) => move(row, 1, event.currentTarget));
    row.querySelector("[data-toggle]").addEventListener("click", (event) => {
      const order = ranked();
      if (rank(row)) place(order.filter((one) => one !== row), row, event.currentTarget);
      else if (order.length < most) place([...order, row], row, event.currentTarget);
    });
    row.querySelector("select").addEventListener("change", (event) => {
      const wanted = rank(row);
      const order = ranked().filter((one) => one !== row);
      if (wanted) order.splice(wanted - 1, 0, row);
      place(order.slice(0, most), row, event.currentTarget);
    });
  });
  draw(ranked());

  function move(row, by, button) {
    const order = ranked();
    const at = order.indexOf(row);
    const to = at + by;
    if (at < 0 || to < 0 || to >= order.length) return;
    order.splice(at, 1);
    order.splice(to, 0, row);
    place(order, row, button);
  }

  function place(order, row, button) {
    for (const one of rows) one.querySelector("select").value = "";
    order.forEach((one, index) => { one.querySelector("select").value = String(index + 1); });
    draw(order);
    const words = rank(row) ? ballot.dataset.now : ballot.dataset.out;
    says.textContent = words.replace("{name}", row.dataset.name).replace("{n}", rank(row));
    (button.disabled ? row.querySelector("[data-toggle]") : button).focus();
    ballot.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function draw(order) {
    list.append(...order, ...rows.filter((one) => !order.includes(one)));
    for (const row of rows) {
      const at = order.indexOf(row);
      row.classList.toggle("is-ranked", at >= 0);
      const name = row.querySelector(".option-name");
      if (at < 0) delete name.dataset.rank; else name.dataset.rank = at + 1;
      row.querySelector("[data-up]").disabled = at <= 0;
      row.querySelector("[data-down]").disabled = at < 0 || at === order.length - 1;
      const toggle = row.querySelector("[data-toggle]");
      toggle.querySelector("[data-words]").textContent = at < 0 ? toggle.dataset.add : toggle.dataset.remove;
      toggle.disabled = at < 0 && order.length >= most;
    }
  }
}
