/** What a command cannot do: one line of what is wrong, one of what to do. */
export class CliProblem extends Error {
  override name = "CliProblem";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
