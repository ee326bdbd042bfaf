/** A file of JSON lines. A later version that this one cannot read has another number. */
export const exportFormat = { name: "export", version: 1 } as const;

export interface ExportHeader {
  rolecall: typeof exportFormat.name;
  version: typeof exportFormat.version;
  exportedAt: string;
  secrets: "none" | "sealed";
}

/** What is wrong with a file, and what to do. */
export class TransferProblem extends Error {
  override name = "TransferProblem";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
