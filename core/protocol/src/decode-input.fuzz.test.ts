import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { AwsError, iam, type ServiceModel, type Shape, sts } from "@rolecall/model";
import fc from "fast-check";
import { decodeInput } from "./decode-input.ts";
import { encodeError } from "./encode-xml.ts";

const models: readonly ServiceModel[] = [iam, sts];
const operations = models.flatMap((model) => Object.keys(model.operations).map((name) => ({ model, name })));

// Names that hit and nearly hit the model, values of every type and of none.
function parametersOf(shape: Shape): fc.Arbitrary<string> {
  const names = [...namesIn(shape, 0)];
  const noise = fc.constantFrom(
    "",
    ".",
    ".member",
    ".member.1",
    ".0",
    ".2",
    ".member.9999999999",
    ".entry.1.key",
    ".x",
  );
  const known = names.length === 0 ? fc.constant("Name") : fc.constantFrom(...names);
  return fc.oneof(
    { weight: 4, arbitrary: known },
    { weight: 2, arbitrary: fc.tuple(known, noise).map(([name, end]) => name + end) },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  );
}

function* namesIn(shape: Shape, depth: number): Generator<string> {
  if (depth > 6) return;
  if (shape.type === "structure") {
    for (const member of shape.members) {
      yield member.name;
      for (const rest of namesIn(member.shape, depth + 1)) yield `${member.name}.${rest}`;
    }
  } else if (shape.type === "list") {
    for (const index of [1, 2, 5]) {
      yield `member.${index}`;
      for (const rest of namesIn(shape.member, depth + 1)) yield `member.${index}.${rest}`;
    }
  } else if (shape.type === "map") {
    yield "entry.1.key";
    yield "entry.1.value";
    for (const rest of namesIn(shape.value, depth + 1)) yield `entry.1.value.${rest}`;
  }
}

const values = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    "true",
    "1",
    "-1",
    "900",
    "1e3",
    "Role",
    "/",
    "arn:aws:iam::111122223333:role/x",
    "x".repeat(3000),
  ),
);

test("decodeInput answers every set of parameters with an input or an error that can be written", () => {
  const request = fc.constantFrom(...operations).chain(({ model, name }) => {
    const { input } = model.operations[name] as { input: Shape };
    return fc.tuple(
      fc.constant({ model, name }),
      fc.array(fc.tuple(parametersOf(input), values), { maxLength: 12 }),
    );
  });
  fc.assert(
    fc.property(request, ([{ model, name }, pairs]) => {
      const decoded = decodeInput(model, name, new Map(pairs));
      if (decoded.ok) {
        equal(typeof decoded.input, "object");
        return;
      }
      ok(decoded.error instanceof AwsError);
      ok(["ValidationError", "MalformedInput"].includes(decoded.error.code));
      equal(decoded.error.status, 400);
      equal(encodeError(model, decoded.error, "id").search(/[^\t\n\u0020-\u{10FFFF}]/u), -1);
    }),
    { numRuns: 2000 },
  );
});
