import { anyRun, patternCodes } from "@rolecall/policy/language";
import type { Codes } from "@rolecall/policy/language";
import type { ResourceType, Service, ServiceAuthorization } from "@rolecall/service-authorization";
import type { ListPart, Text } from "./document.ts";
import { isComparable, overlaps } from "./patterns.ts";

/** A Resource entry taken apart at its first five colons. */
export interface ArnParts {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** Undefined when the text has fewer colons. */
  readonly resource: string | undefined;
}

export const partitions: readonly string[] = [
  "aws",
  "aws-cn",
  "aws-us-gov",
  "aws-iso",
  "aws-iso-b",
  "aws-iso-e",
  "aws-iso-f",
  "aws-eusc",
];

/** Undefined when the text does not begin with `arn:`. */
export function splitArn(text: string): ArnParts | undefined {
  const [prefix, partition = "", service = "", region = "", account = "", ...rest] = splitAtColons(text);
  if (prefix !== "arn" || !text.includes(":")) return undefined;
  return { partition, service, region, account, resource: rest.length === 0 ? undefined : rest.join(":") };
}

/** At colons that are not inside of a policy variable such as `${aws:PrincipalTag/team}`. */
function splitAtColons(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text.startsWith("${", i)) {
      const close = text.indexOf("}", i);
      if (close !== -1) i = close;
    } else if (text[i] === ":") {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

/** A documented ARN format with its placeholders as wildcards. */
export interface ArnFormat {
  readonly service: Service;
  readonly type: ResourceType;
  /** `${Region}`, empty, or fixed. */
  readonly region: string;
  readonly account: string;
  readonly resource: Codes;
}

const placeholder = (text: string) => text.startsWith("${") || text === "*";

/** The formats of one resource type; one that is not of six parts has no account. */
function formatOf(service: Service, type: ResourceType): ArnFormat | undefined {
  const parts = splitArn(type.arn);
  if (parts === undefined) return undefined;
  return {
    service,
    type,
    region: parts.region,
    account: parts.account,
    resource: codesWithHoles(parts.resource ?? ""),
  };
}

/** `*` and `?` are wildcards, and so is every `${…}`: of a placeholder or a policy variable nothing is known. */
export function codesWithHoles(text: string): number[] {
  const codes: number[] = [];
  let from = 0;
  for (let open = text.indexOf("${"); open !== -1; open = text.indexOf("${", from)) {
    const close = text.indexOf("}", open);
    if (close === -1) break;
    codes.push(...patternCodes(text.slice(from, open)), anyRun);
    from = close + 1;
  }
  codes.push(...patternCodes(text.slice(from)));
  return codes;
}

/** Formats of all resource types whose ARNs have this service segment. */
export function formatsOf(segment: string, data: ServiceAuthorization): ArnFormat[] {
  return data.servicesOfArn(segment).flatMap((service) =>
    service.resourceTypes
      .filter(({ arn }) => {
        const own = splitArn(arn)?.service ?? "";
        // AWS Backup's recovery points are ARNs of many services.
        return own === segment || (placeholder(own) && service.prefix === segment);
      })
      .flatMap((type) => formatOf(service, type) ?? []),
  );
}

/** An entry of Resource that is an ARN of a known service, and the formats that its resource part fits. */
export interface FittedArn {
  readonly text: Text;
  readonly arn: ArnParts;
  readonly all: readonly ArnFormat[];
  readonly fitting: readonly ArnFormat[];
}

export function fittedArns(
  part: ListPart | undefined,
  formats: (segment: string) => readonly ArnFormat[],
): FittedArn[] {
  return (part?.items ?? []).flatMap((text) => {
    const arn = splitArn(text.value);
    if (arn?.resource === undefined || isOpen(arn.service)) return [];
    const all = formats(arn.service);
    if (all.length === 0) return [];
    const resource = codesWithHoles(arn.resource);
    const fits = ({ resource: format }: ArnFormat) => !isComparable(text.value) || overlaps(resource, format);
    return [{ text, arn, all, fitting: all.filter(fits) }];
  });
}

/** Whether an ARN pattern can name a resource of the type. */
export function fitsType(arn: ArnParts, type: ResourceType): boolean {
  const format = splitArn(type.arn);
  if (format === undefined) return true;
  const part = (got: string, wanted: string) =>
    placeholder(wanted) || overlaps(codesWithHoles(got), codesWithHoles(wanted));
  if (!part(arn.service, format.service)) return false;
  // A trailing star in a pattern with too few parts takes all the rest.
  if (arn.resource === undefined || !isComparable(arn.resource)) return true;
  return (
    part(arn.region, format.region) &&
    part(arn.account, format.account) &&
    overlaps(codesWithHoles(arn.resource), codesWithHoles(format.resource ?? ""))
  );
}

/** Of the segments Region and account: whatever may stand there. */
export const isOpen = (segment: string): boolean =>
  segment.includes("*") || segment.includes("?") || segment.includes("${");

export const isPlaceholder = placeholder;
