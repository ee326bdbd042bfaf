/** One line of what is wrong and one of what to do; the start stops. */
export class SettingsProblem extends Error {
  override name = "SettingsProblem";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
