import { sts } from "@rolecall/model";
import { queryService } from "@rolecall/pipeline";
import { AssumeRole } from "./AssumeRole.ts";
import { AssumeRoot } from "./AssumeRoot.ts";
import { DecodeAuthorizationMessage } from "./DecodeAuthorizationMessage.ts";
import { GetAccessKeyInfo } from "./GetAccessKeyInfo.ts";
import { GetCallerIdentity } from "./GetCallerIdentity.ts";
import { GetDelegatedAccessToken } from "./GetDelegatedAccessToken.ts";
import { GetFederationToken } from "./GetFederationToken.ts";
import { GetSessionToken } from "./GetSessionToken.ts";
import { GetWebIdentityToken } from "./GetWebIdentityToken.ts";

/** AWS Security Token Service. What its model has and this list lacks answers `NotImplemented`. */
export const stsService = queryService(
  sts,
  [
    AssumeRole,
    AssumeRoot,
    DecodeAuthorizationMessage,
    GetAccessKeyInfo,
    GetCallerIdentity,
    GetDelegatedAccessToken,
    GetFederationToken,
    GetSessionToken,
    GetWebIdentityToken,
  ],
  // Regional endpoints: the region is the one that the caller signed for.
  {
    homeRegion: undefined,
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html
    unsigned: ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"],
  },
);
