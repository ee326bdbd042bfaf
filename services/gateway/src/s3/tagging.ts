import { awsError } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import { xmlText } from "@rolecall/protocol";
import { encodeStrict } from "./address.ts";
import { childrenOf, childText, malformedXml, parseS3Document } from "./s3-document.ts";

/** Key and value, in the order of the document. */
export type ObjectTag = readonly [key: string, value: string];

/**
 * The tags of PutObjectTagging's document.
 * @throws MalformedXML, InvalidTag
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
 */
export function taggingOf(body: Uint8Array): ObjectTag[] {
  const [set, second] = childrenOf(parseS3Document(body, "Tagging"), "TagSet");
  // Of two, one would be decided on and the other perhaps stored.
  if (!set || second) throw malformedXml();
  const tags = childrenOf(set, "Tag").map((tag): ObjectTag => {
    const key = childText(tag, "Key");
    if (key === undefined) throw malformedXml();
    return [key, childText(tag, "Value") ?? ""];
  });
  if (new Set(tags.map(([key]) => key)).size !== tags.length)
    throw awsError("InvalidTag", 400, "Cannot provide multiple Tags with the same key");
  return tags;
}

/**
 * The tags of the header `x-amz-tagging`.
 * @throws InvalidArgument
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export function tagsOfHeader(text: string): ObjectTag[] {
  const decoded = (part: string): string => {
    try {
      return decodeURIComponent(part.replaceAll("+", "%20"));
    } catch {
      throw wrongHeader();
    }
  };
  if (!/^[\x20-\x7e]*$/.test(text)) throw wrongHeader();
  const tags = text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair): ObjectTag => {
      const equals = pair.indexOf("=");
      return equals < 0
        ? [decoded(pair), ""]
        : [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))];
    });
  // Of two values of one key, one would be decided on and the other stored.
  if (new Set(tags.map(([key]) => key)).size !== tags.length) throw wrongHeader();
  return tags;
}

const wrongHeader = (): AwsError =>
  awsError(
    "InvalidArgument",
    400,
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
  );

/** The header written anew: readers differ in what separates tags, and in what they do about a question mark. */
export const taggingHeader = (tags: readonly ObjectTag[]): string =>
  tags.map(([key, value]) => `${encodeStrict(key)}=${encodeStrict(value)}`).join("&");

/** The document written anew: nothing goes to the upstream but what was decided on. */
export function taggingDocument(tags: readonly ObjectTag[]): Buffer {
  const written = tags.map(
    ([key, value]) => `<Tag><Key>${xmlText(key)}</Key><Value>${xmlText(value)}</Value></Tag>`,
  );
  return Buffer.from(
    `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${written.join("")}</TagSet></Tagging>`,
  );
}
