import pc from "picocolors";

/**
 * Colours for a terminal, and plain text for files, pipes and CI, whose logs would show the codes. `NO_COLOR` and
 * `FORCE_COLOR` decide where they are set.
 * @see https://no-color.org
 */
const isWanted =
  process.env["FORCE_COLOR"] !== undefined || (process.stdout.isTTY === true && pc.isColorSupported);

export const colors = pc.createColors(isWanted);
