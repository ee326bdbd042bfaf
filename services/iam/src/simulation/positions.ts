import type { Iam } from "@rolecall/model";
import type { Policy } from "@rolecall/policy";

export interface StatementPosition {
  StartPosition: Iam.Position;
  EndPosition: Iam.Position;
}

/**
 * Where the simulator says that statements stand, by their index: an end is one behind the closing brace; a start is
 * one behind what was read before: the bracket of the list, the statement before, or, without a list, the
 * statement's own brace. Derived from recorded answers over documents of one line and of many.
 */
export function statementPositions(text: string, { statements }: Policy): StatementPosition[] {
  const lineStarts = [0];
  for (let i = text.indexOf("\n"); i !== -1; i = text.indexOf("\n", i + 1)) lineStarts.push(i + 1);
  const offsetOf = (line: number, column: number): number => (lineStarts[line - 1] ?? 0) + column - 1;
  const blank = (unit: string | undefined): boolean => unit !== undefined && " \t\r\n".includes(unit);
  const positions: StatementPosition[] = [];
  for (const { line, column, endLine, endColumn } of statements) {
    let before = offsetOf(line, column) - 1;
    while (blank(text[before])) before--;
    const previous = positions.at(-1);
    positions.push({
      StartPosition:
        text[before] === ","
          ? (previous?.EndPosition ?? { Line: line, Column: column })
          : text[before] === "["
            ? placeBehind(before, lineStarts)
            : { Line: line, Column: column + 1 },
      EndPosition: { Line: endLine, Column: endColumn + 1 },
    });
  }
  return positions;
}

function placeBehind(offset: number, lineStarts: readonly number[]): Iam.Position {
  const line = lineStarts.findLastIndex((start) => start <= offset);
  return { Line: line + 1, Column: offset - (lineStarts[line] ?? 0) + 2 };
}
