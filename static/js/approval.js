/* How many are ticked, said while ticking. */
export function start(ballot) {
  const line = ballot.querySelector("[data-chosen]");
  const count = () => {
    const ticked = ballot.querySelectorAll("input:checked").length;
    const most = Number(ballot.dataset.most);
    line.textContent = line.dataset.words.replace("{n}", most ? `${ticked}/${most}` : ticked);
    line.classList.toggle("is-over", Boolean(most) && ticked > most);
  };
  ballot.addEventListener("change", count);
  count();
  line.hidden = false;
}
