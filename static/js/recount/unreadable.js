/* A file that this recount cannot count: `code` names the sentence of the page, `where` the place in the file. */
export class Unreadable extends Error {
  constructor(code, where = "") {
    super(`${code} ${where}`);
    this.code = code;
    this.where = where;
  }
}
