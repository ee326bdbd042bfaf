/** Key pairs of an AWS shared-credentials file, by profile. */
export interface Profile {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/**
 * Reads the profiles of a shared-credentials file; a profile without a whole key pair is left out.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export function parseProfiles(text: string): Map<string, Profile> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#") || trimmed.startsWith(";")) continue;
    if (trimmed.startsWith("[") && trimmed.endsWith("]")) {
      section = new Map();
      sections.set(trimmed.slice(1, -1).trim(), section);
      continue;
    }
    const equals = trimmed.indexOf("=");
    if (section && equals > 0) section.set(trimmed.slice(0, equals).trim(), trimmed.slice(equals + 1).trim());
  }
  const profiles = new Map<string, Profile>();
  for (const [name, settings] of sections) {
    const accessKeyId = settings.get("aws_access_key_id");
    const secretAccessKey = settings.get("aws_secret_access_key");
    const sessionToken = settings.get("aws_session_token");
    if (accessKeyId !== undefined && secretAccessKey !== undefined)
      profiles.set(name, {
        accessKeyId,
        secretAccessKey,
        ...(sessionToken !== undefined && { sessionToken }),
      });
  }
  return profiles;
}
