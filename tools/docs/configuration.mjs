// docs/configuration.md and docs/configuration.schema.json, from the table of settings.
import { environmentName, settingRows } from "../../apps/server/dist/index.js";

const cell = (text) => text.replaceAll("|", "\\|");
const rows = settingRows.map((row) => {
  const flag = row.noFlag ? "" : `\`--${row.flag}${row.argument ? ` ${row.argument}` : ""}\``;
  const notes = [row.repeatable && "repeatable", row.planned && "**not built yet**"]
    .filter(Boolean)
    .join(", ");
  const help = notes ? `${row.help} (${notes})` : row.help;
  const fallback = row.fallback === undefined ? "" : `\`${row.fallback}\``;
  return `| ${cell(flag)} | \`${environmentName(row.flag)}\` | ${cell(help)} | ${fallback} |`;
});

export const configurationPage = () => `# Configuration

Made from the table in \`apps/server/src/settings.ts\`. A flag wins over the environment, the environment over the file that
\`--config\` names. An unknown name stops the start and says what was meant.

| flag | environment | what | default |
| --- | --- | --- | --- |
${rows.join("\n")}

Rows without a flag hold secrets or facts of the first start; they come from the environment or the file only. Repeatable
settings are lists in the file, and separated by commas or blanks in the environment. Durations are \`250ms\`, \`90s\`,
\`5m\`, \`12h\`, \`1d\`.

The file is one JSON object with the flags' names without \`--\`; [configuration.schema.json](configuration.schema.json)
describes it for editors:

\`\`\`json
{
  "host": "0.0.0.0",
  "port": 4566,
  "trusted-proxy": ["10.0.0.0/8"]
}
\`\`\`
`;

const valueSchema = (row) => {
  if (row.boolean) return { type: ["boolean", "string"], enum: [true, false, "true", "false"] };
  return { type: ["string", "number"] };
};
const schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Rolecall configuration",
  type: "object",
  additionalProperties: false,
  properties: Object.fromEntries(
    settingRows
      .filter((row) => row.flag !== "config")
      .map((row) => [
        row.flag,
        {
          description: row.planned ? `${row.help}; not built yet` : row.help,
          ...(row.repeatable ? { type: "array", items: { type: "string" } } : valueSchema(row)),
          ...(row.fallback !== undefined && { default: row.fallback }),
        },
      ]),
  ),
};

export const configurationSchema = () => JSON.stringify(schema);
