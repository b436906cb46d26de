/* The budget filling up while proposals are ticked. Amounts are minor units; the words come from the page. The server adds
   up again and is right; nothing here stops a ballot from being sent. */
export function start(ballot) {
  const budget = Number(ballot.dataset.budget);
  const purse = ballot.querySelector("[data-purse]");
  const left = purse.querySelector("[data-left]");
  const shown = left.textContent;

  ballot.addEventListener("change", draw);
  purse.hidden = false;
  draw();

  function draw() {
    let spent = 0;
    for (const one of ballot.querySelectorAll("input:checked")) spent += Number(one.dataset.cost);
    const text = spent ? money(budget - spent) : shown;
    if (left.textContent !== text) left.textContent = text;
    purse.classList.toggle("is-over", spent > budget);
    purse.querySelector("[data-over]").hidden = spent <= budget;
    purse.querySelector("[data-bar]").setAttribute("width", String(budget ? Math.min(100, (100 * spent) / budget) : 0));
  }

  function money(minor) {
    const { currency, exponent } = ballot.dataset;
    const format = new Intl.NumberFormat(document.documentElement.lang || "en", {
      style: "currency", currency, minimumFractionDigits: minor % 10 ** exponent ? Number(exponent) : 0,
    });
    return format.format(minor / 10 ** exponent);
  }
}
