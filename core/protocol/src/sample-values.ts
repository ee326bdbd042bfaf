// Values for the tests of this room: one for every shape of the models, within its constraints.

import type { Shape, StringShape } from "@rolecall/model";

/** What a string without constraints may well hold, and what breaks careless encoders. */
export const hardText = 'ünïcødé 🜁 & <tag attr="x"/> %20 + = ; \t\r\n end]]>';

/** A filled-in value: every member is there, every list has two items, every map two entries. */
export function sampleOf(shape: Shape): unknown {
  switch (shape.type) {
    case "string":
      return sampleText(shape);
    case "integer":
      return shape.min ?? Math.min(7, shape.max ?? 7);
    case "boolean":
      return true;
    case "timestamp":
      return new Date(Date.UTC(2026, 1, 28, 23, 59, 58));
    case "blob":
      return new Uint8Array([0, 255, 10, 13, 60, 38, 127, 128]);
    case "list":
      return [sampleOf(shape.member), sampleOf(shape.member)];
    case "map":
      return {
        [sampleText(shape.key)]: sampleOf(shape.value),
        ["x".repeat(shape.key.min ?? 1)]: sampleOf(shape.value),
      };
    case "structure": {
      // The one union of the models: a client gives and takes exactly one member.
      const members = shape.name === "PolicyIdentifier" ? shape.members.slice(0, 1) : shape.members;
      return Object.fromEntries(members.map(({ name, shape: member }) => [name, sampleOf(member)]));
    }
  }
}

function sampleText(shape: StringShape): string {
  if (shape.enum) return shape.enum[0] as string;
  const { min = 0, max = Infinity, pattern } = shape;
  const candidates = [
    hardText,
    "Some text, 100 % plain & <short>",
    "/division_abc/x/",
    "arn:aws:iam::111122223333:role/x",
    "https://example.com/a?b=c#d",
    "o-exampleorg1/r-examplert/",
    "o-exampleorgid",
    "p-examplepolicy",
    "111122223333",
    "v12",
    "example-alias",
    "123456",
  ];
  const fits = (text: string) =>
    [...text].length >= min && [...text].length <= max && (pattern === undefined || pattern.whole.test(text));
  const found =
    candidates.find(fits) ?? ["A", "1", "a", "<"].map((letter) => letter.repeat(Math.max(min, 1))).find(fits);
  if (found === undefined) throw new Error(`no sample for ${JSON.stringify(shape)}`);
  return found;
}
