/* Most votes first until the money ends (`greedy`). */

function greedy(sheet) {
  if (sheet.contest.form.form === "ranked") sheet.votes = [...sheet.firstChoices];
  const standing = new Set(sheet.candidates);
  for (const at of sheet.byVotes(sheet.candidates.filter((one) => sheet.votes[one] > 0n))) {
    const tally = sheet.standing([...standing]);
    const amount = sheet.fund(at);
    standing.delete(at);
    if (amount !== null) sheet.stage(tally, { elected: [at], facts: figures(sheet, amount) });
  }
  if (!sheet.stages.length) sheet.stage(sheet.standing([...standing]));
}

export function figures(sheet, amount) {
  return sheet.purse.left === null ? {} : { award_minor: Number(amount), left_minor: Number(sheet.purse.left) };
}

export const RULES = { greedy };
