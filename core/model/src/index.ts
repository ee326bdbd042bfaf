export { AwsError, awsError } from "./aws-error.ts";
export type { Fault } from "./aws-error.ts";
export * from "./common-errors.ts";
export * from "./generated/errors.ts";
export type { IamOperations } from "./generated/iam-types.ts";
export type { StsOperations } from "./generated/sts-types.ts";
/** Requests, answers and nested structures of IAM: `Iam.Role`. */
export type * as Iam from "./generated/iam-types.ts";
/** Requests, answers and nested structures of STS: `Sts.Credentials`. */
export type * as Sts from "./generated/sts-types.ts";
export { iam, sts } from "./service-model.ts";
export type { InputOf, OperationModel, OperationName, OutputOf, ServiceModel } from "./service-model.ts";
export type {
  BlobShape,
  BooleanShape,
  IntegerShape,
  ListShape,
  MapShape,
  Member,
  Pattern,
  Shape,
  StringShape,
  StructureShape,
  TimestampShape,
} from "./shape.ts";
