// docs/condition-keys.md, from the table in services/access, which is what requests are given their keys by.
import { absentKeys, globalKeys, operationKeys } from "../../services/access/dist/index.js";

const type = ({ type, isMultivalued }) => (isMultivalued ? `list of ${type}` : type);
const row = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
const table = (head, rows) => [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

export const conditionKeysPage = () => `# Condition keys

Which \`aws:\`, \`sts:\` and \`iam:\` keys a request has, and when. A condition on a key that a request does not have
finds it missing: positive operators are then false, negated ones true. Lists are looked into only by operators with
\`ForAllValues:\` or \`ForAnyValue:\`.

Written by \`node tools/docs.mjs\` from \`services/access/src/context-keys.ts\`; each row is proved by
\`vectors/context/\`. Keys of \`s3:\` are those of S3's own page as far as the request tells them.

## Of every request

${table(
  ["key", "type", "in the request"],
  globalKeys.map((key) => [`\`${key.key}\``, type(key), key.when]),
)}

## Of certain operations or resources

${table(
  ["key", "type", "in the request", "of"],
  operationKeys.map((key) => [`\`${key.key}\``, type(key), key.when, key.operations.join(", ")]),
)}

## Never there

${table(
  ["key", "type", "why"],
  absentKeys.map((key) => [`\`${key.key}\``, type(key), key.absent]),
)}
`;
