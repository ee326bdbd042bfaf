// Values of conditions: readable by their operator, of the form their key has.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
import { isInvalidValue, readIpRange } from "@rolecall/policy/language";
import type { IpAddress, IpRange } from "@rolecall/policy/language";
import type { Check, Found } from "../check.ts";
import { found } from "../check.ts";
import type { ConditionValue, LintCondition } from "../document.ts";
import { regions } from "../regions.ts";
import { didYouMean } from "../suggest.ts";
import { familyOf, isNegated, takesWildcards } from "./operator-kinds.ts";
import type { OperatorFamily } from "./operator-kinds.ts";
import { hasVariable, holesOf } from "./variables.ts";

const isEpoch = (text: string) => /^\d+$/.test(text) && text.length > 4;

/** A check of values under one family of operators; what has a variable is only known at evaluation. */
function unreadable(
  code: string,
  type: Check["type"],
  family: OperatorFamily,
  when: string,
  details: (value: string, operator: string) => string,
): Check {
  return {
    code,
    type,
    when,
    *condition(condition) {
      const { parsed, values, operator } = condition;
      if (parsed === undefined || familyOf(condition) !== family) return;
      for (const value of values) {
        if (hasVariable(value.value)) continue;
        const isWrong =
          family === "Bool"
            ? !["true", "false"].includes(value.value.toLowerCase())
            : isInvalidValue(parsed.base, value.value);
        if (isWrong) yield found(value, details(value.value, operator));
      }
    },
  };
}

export const conditionValueChecks: readonly Check[] = [
  unreadable(
    "TYPE_MISMATCH_BOOLEAN",
    "WARNING",
    "Bool",
    "a value under Bool is neither true nor false",
    (value) => `${value} counts as false: write true or false.`,
  ),
  unreadable(
    "TYPE_MISMATCH_DATE",
    "WARNING",
    "Date",
    "a value under a Date operator is no date",
    (value) => `${value} is no date: write YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.`,
  ),
  unreadable(
    "TYPE_MISMATCH_NUMBER",
    "WARNING",
    "Numeric",
    "a value under a Numeric operator is no number",
    (value) => `${value} is no number.`,
  ),
  unreadable(
    "TYPE_MISMATCH_STRING",
    "WARNING",
    "Binary",
    "a value under BinaryEquals is no base64",
    (value) => `${value} is no base64.`,
  ),
  unreadable(
    "TYPE_MISMATCH_IP_RANGE",
    "ERROR",
    "IpAddress",
    "a value under IpAddress or NotIpAddress is no address or range",
    (value) => `${value} is no range of addresses: 203.0.113.0/24.`,
  ),
  {
    code: "INVALID_DATE_VALUE",
    type: "WARNING",
    when: "a date is written as epoch seconds",
    *condition(condition) {
      if (familyOf(condition) !== "Date") return;
      for (const value of condition.values)
        if (isEpoch(value.value))
          yield found(value, "Write the date as YYYY-MM-DDThh:mm:ssZ, which people can read.");
    },
  },
  {
    code: "INVALID_CONDITION_DATA_TYPE",
    type: "ERROR",
    when: "the values of one key are of different JSON types",
    *condition({ values, path, at, end }) {
      const kinds = new Set(values.map(({ kind }) => kind));
      if (kinds.size > 1)
        yield found({ path, at, end }, `Values of ${[...kinds].join(" and ")} are mixed: use one type.`);
    },
  },
  {
    code: "INVALID_CONDITION_MULTIPLE_BOOLEAN",
    type: "ERROR",
    when: "a Boolean key has several values",
    *condition(condition) {
      const { values, path, at, end } = condition;
      if (familyOf(condition) === "Bool" && condition.parsed?.set === undefined && values.length > 1)
        yield found({ path, at, end }, "One value: true and false together always hold.");
    },
  },
  {
    code: "WILDCARD_WITHOUT_LIKE_OPERATOR",
    type: "WARNING",
    when: "a value has * or ? under an operator that takes it literally",
    *condition(condition) {
      if (familyOf(condition) !== "String" || takesWildcards(condition)) return;
      for (const value of condition.values)
        if (/[*?]/.test(withoutHoles(value.value)))
          yield found(
            value,
            `${condition.operator} takes * and ? literally: use StringLike or StringNotLike.`,
          );
    },
  },
  {
    code: "INVALID_REGION",
    type: "ERROR",
    when: "a value of aws:RequestedRegion is no Region",
    *condition(condition) {
      if (condition.name !== "aws:requestedregion" || familyOf(condition) !== "String") return;
      for (const value of plainValues(condition))
        if (!regions.has(value.value))
          yield found(value, `There is no Region ${value.value}.${didYouMean(value.value, regions)}`);
    },
  },
  form("INVALID_VPC_FORMAT", "aws:sourcevpc", "vpc-"),
  form("INVALID_VPCE_FORMAT", "aws:sourcevpce", "vpce-"),
  {
    code: "INVALID_KMS_KEY_VALUE",
    type: "ERROR",
    when: "the value of a key that holds the ARN of a KMS key is none",
    *condition(condition, _statement, { data }) {
      if (!/kms-?key/.test(condition.name) || familyOf(condition) === "Null") return;
      if (data.conditionKey(condition.key)?.type !== "ARN") return;
      for (const value of plainValues(condition))
        if (!/^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/.test(value.value))
          yield found(value, "Write the key's ARN: arn:aws:kms:REGION:ACCOUNT:key/ID; no alias, no bare id.");
    },
  },
  {
    code: "IMPROVE_IP_RANGE",
    type: "SUGGESTION",
    when: "a range of addresses has bits behind its prefix",
    *condition(condition) {
      if (familyOf(condition) !== "IpAddress") return;
      for (const value of condition.values) {
        const range = readIpRange(value.value);
        const better = range && masked(range);
        if (better !== undefined)
          yield found(value, `The bits behind /${range?.prefixLength ?? ""} do not count: write ${better}.`);
      }
    },
  },
  privateAddresses("PRIVATE_IP_ADDRESS", "ERROR", false, "all"),
  privateAddresses("PRIVATE_NOT_IP_ADDRESS", "ERROR", true, "all"),
  privateAddresses("PRIVATE_IP_ADDRESS_SUBSET", "SUGGESTION", false, "some"),
  privateAddresses("PRIVATE_NOT_IP_ADDRESS_SUBSET", "SUGGESTION", true, "some"),
  {
    code: "REDUNDANT_CONDITION_VALUE_NUM",
    type: "SUGGESTION",
    when: "several values stand under a Numeric operator for less or greater, where one decides",
    *condition(condition) {
      const base = condition.parsed?.base ?? "";
      if (!/^Numeric(Less|Greater)Than/.test(base) || condition.values.length < 2) return;
      const which = base.startsWith("NumericLess") ? "greatest" : "least";
      yield found(condition, `One value decides: keep the ${which}.`);
    },
  },
];

/** Values that are known as they stand: no variable, and no wildcard where it is one. */
function plainValues(condition: LintCondition): readonly ConditionValue[] {
  return condition.values.filter(
    ({ value }) => !hasVariable(value) && !(takesWildcards(condition) && /[*?]/.test(value)),
  );
}

/** What stands outside of variables and of `${*}` and `${?}`. */
function withoutHoles(text: string): string {
  let rest = text;
  for (const { inside, isClosed } of holesOf(text)) if (isClosed) rest = rest.replace(`\${${inside}}`, "");
  return rest;
}

function form(code: string, key: string, prefix: string): Check {
  return {
    code,
    type: "ERROR",
    when: `a value of ${key} is not ${prefix} and 8 or 17 letters and digits`,
    *condition(condition) {
      if (condition.name !== key || familyOf(condition) !== "String") return;
      for (const value of plainValues(condition)) {
        const id = value.value.startsWith(prefix) ? value.value.slice(prefix.length) : "";
        if (!/^[0-9a-z]+$/i.test(id) || (id.length !== 8 && id.length !== 17))
          yield found(value, `Write ${prefix} and 8 or 17 letters and digits.`);
      }
    },
  };
}

/** The address with the bits behind the prefix unset, when some are set. */
function masked({ base, prefixLength }: IpRange): string | undefined {
  const bits: number[] = typeof base === "number" ? [base >>> 16, base & 0xffff] : [...base];
  const kept = bits.map((group, i) => {
    const left = Math.min(16, Math.max(0, prefixLength - 16 * i));
    return group & ((0xffff << (16 - left)) & 0xffff);
  });
  if (kept.every((group, i) => group === bits[i])) return undefined;
  return `${typeof base === "number" ? dotted(kept) : kept.map((group) => group.toString(16)).join(":")}/${prefixLength}`;
}

const dotted = (groups: readonly number[]) =>
  groups.flatMap((group) => [group >>> 8, group & 0xff]).join(".");

/** Ranges that no request from the internet comes from: RFC 1918, 6598, 3927, 1122 and 4193. */
const privateRanges = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "127.0.0.0/8",
  "fc00::/7",
  "fe80::/10",
  "::1/128",
]
  .map((text) => readIpRange(text))
  .filter((range) => range !== undefined);

function isPrivate(range: IpRange): boolean {
  return privateRanges.some((one) => one.prefixLength <= range.prefixLength && shares(range.base, one));
}

function shares(address: IpAddress, { base, prefixLength }: IpRange): boolean {
  if (typeof address !== typeof base) return false;
  const groups = (one: IpAddress) => (typeof one === "number" ? [one >>> 16, one & 0xffff] : one);
  const others = groups(base);
  return groups(address).every((group, i) => {
    const left = Math.min(16, Math.max(0, prefixLength - 16 * i));
    return (group ^ (others[i] ?? 0)) >>> (16 - left) === 0;
  });
}

function privateAddresses(code: string, type: Check["type"], negated: boolean, which: "all" | "some"): Check {
  const effect = negated ? "so all callers pass" : "so no caller passes";
  return {
    code,
    type,
    when:
      `${which === "all" ? "only" : "some, not all,"} ranges of aws:SourceIp under ${negated ? "NotIpAddress" : "IpAddress"} ` +
      `are private${which === "all" ? `, ${effect}` : ""}`,
    *condition(condition): Iterable<Found> {
      if (condition.name !== "aws:sourceip" || familyOf(condition) !== "IpAddress") return;
      if (isNegated(condition) !== negated) return;
      const ranges = condition.values.map((value) => ({ value, range: readIpRange(value.value) }));
      const inside = ranges.filter(({ range }) => range !== undefined && isPrivate(range));
      if (inside.length === 0 || (inside.length === ranges.length) !== (which === "all")) return;
      yield found(
        inside.map(({ value }) => value),
        `aws:SourceIp is a public address${which === "all" ? `, ${effect}` : ""}: for private ones test aws:VpcSourceIp.`,
      );
    },
  };
}
