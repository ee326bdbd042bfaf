import { awsError } from "@rolecall/model";
import type { S3Input } from "./input.ts";
import { childText, parseS3Document } from "./s3-document.ts";

/** The region of a bucket that asks for none. */
export const defaultRegion = "us-east-1";

/** The region that CreateBucket's document asks for. @throws MalformedXML, InvalidLocationConstraint */
export function locationConstraint({ body }: S3Input): string | undefined {
  if (!body || body.length === 0) return undefined;
  const location = childText(parseS3Document(body, "CreateBucketConfiguration"), "LocationConstraint");
  if (location === undefined || location === "") return undefined;
  if (!/^(?:EU|[a-z]{2}(?:-[a-z]+){1,2}-\d)$/.test(location))
    throw awsError("InvalidLocationConstraint", 400, "The specified location-constraint is not valid");
  return location;
}
