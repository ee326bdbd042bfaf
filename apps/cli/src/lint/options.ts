// Read at every start of the command, so it imports types only.
import type { LintKind, LintResourceType } from "@rolecall/lint";
import type { ConnectionOptions } from "../connection.ts";

export const lintKinds = [
  "identity",
  "resource",
  "trust",
  "scp",
  "rcp",
] as const satisfies readonly LintKind[];

export const lintResourceTypes = [
  "AWS::S3::Bucket",
  "AWS::S3::AccessPoint",
  "AWS::S3::MultiRegionAccessPoint",
  "AWS::S3ObjectLambda::AccessPoint",
  "AWS::DynamoDB::Table",
] as const satisfies readonly LintResourceType[];

export const lintFormats = ["text", "json", "sarif"] as const;

/** Findings of this type and worse; `none` never fails. */
export const severities = ["error", "security-warning", "warning", "suggestion"] as const;

export interface LintCommandOptions extends ConnectionOptions {
  type?: LintKind;
  resourceType?: LintResourceType;
  account?: string;
  format: (typeof lintFormats)[number];
  failOn: (typeof severities)[number] | "none";
  show: (typeof severities)[number];
  live?: boolean;
}
