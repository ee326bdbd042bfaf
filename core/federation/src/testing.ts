// Metadata for tests of this room and of those that register providers.

/** Certificates that nobody holds a key of any more; base64 of the DER. */
export const sampleCertificates = {
  rsa2048:
    "MIIDFzCCAf+gAwIBAgIUF5eEVOL0GlEx2UlOIrkGffreSj4wDQYJKoZIhvcNAQELBQAwGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGUu" +
    "Y29tMCAXDTI2MTEyNjA2NTA1NFoYDzIxMjYxMTAyMDY1MDU0WjAaMRgwFgYDVQQDDA9pZHAuZXhhbXBsZS5jb20wggEiMA0GCSqG" +
    "SIb3DQEBAQUAA4IBDwAwggEKAoIBAQCvVYEGHWsRCBh87aKIMGyNs/bMIeu7rS1YzlEnUVy64btfWT99gcmHh4xmoVnWByLXS4Y+" +
    "nv7QC5naMuE5x6KzNVLmrRqRyFKhSgZcOxPxSaBW0yvD+lCQTsS07AN0QED0kxJYXOinvRKLBWQ5Ze6EPqbqp2g9DV/IrQqr1vJ2" +
    "cjJmeT95ZOF2TaUGw2f65YJ/I7h62+eq3btu8ZXVaQHmW5jzj3g/gfkoECmImcLLS85DEi/aUhtTeZW2svuxLOdsCH//20md2xl0" +
    "zW8waYznNxQIEok/XmqwR3BYGdOiUlQkA2QAm8J2fvqm3Y1KYYeRinM7I8R/kCLASiX6LyS/AgMBAAGjUzBRMB0GA1UdDgQWBBTJ" +
    "apl8ghHoFGz5sKZ3um63viTVmDAfBgNVHSMEGDAWgBTJapl8ghHoFGz5sKZ3um63viTVmDAPBgNVHRMBAf8EBTADAQH/MA0GCSqG" +
    "SIb3DQEBCwUAA4IBAQAuh2DcfdPl3x63Lr7CpujlVWxjfGwEleIWKW57BPshynY4Z/4VZiaGYSmOOqQUT9I5gK+XOL5ubOq6Mv8P" +
    "MdIVcXnlDCoTEhB4RiS3g9lBecY1bazdXH3y7l13SOPQ36q469anjRq4IhRVVQPwjvODCmH8v2BPAlKuxNwCuA4layxdh2YTM539" +
    "p5dmX6c1ymAIGMynE5HrG5JLGdIwIDmgIiKJjmCx9twV/R/RwUL3qXxG3MjggChoFytu2NUfCihQBYFfB/jXClETko4yZbCgPepm" +
    "dRNTDh+j4bv515n43h30An5455+q5aehN/l0Tg3xyyksLRG1jAs4HF+CM4WR",
  rsa1024:
    "MIICEjCCAXugAwIBAgIUIGu+c780UXrfRRL3pC8EIDrlAxQwDQYJKoZIhvcNAQELBQAwGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGUu" +
    "Y29tMCAXDTI2MTEyNjA2NTA1NFoYDzIxMjYxMTAyMDY1MDU0WjAaMRgwFgYDVQQDDA9pZHAuZXhhbXBsZS5jb20wgZ8wDQYJKoZI" +
    "hvcNAQEBBQADgY0AMIGJAoGBAMg62fu/kRzdqwl8XHX+0vKTE8yArwmCexm2x4BbktK2AiHMKzUJxzfq7/PDMVs3kHDQdaCrwN0N" +
    "UUiLPGm5D+sfz2HhKmCLKlA0G4457GJwUDd4C00rk2QwqI1GbfOK9ghjnvO/J8c6Wi/JuJ1XLyaaTj/kGZRGMbg89pSZ15PLAgMB" +
    "AAGjUzBRMB0GA1UdDgQWBBSY7zh4LeqU1uEKmLfZVSVW2Ml6dDAfBgNVHSMEGDAWgBSY7zh4LeqU1uEKmLfZVSVW2Ml6dDAPBgNV" +
    "HRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4GBACyByAVY6wCS+R81wz0Jy/JLZRNnyxZwKXaCk+s6WI5raootquU1GIjFTbbP" +
    "fqxJOhz9+b/llR9v1/QF67N5ITMY2fJHYEgdRfWUeJbHG70sAssUly2bS8gDtyw+kATePtci+jYXZm89/t2QBQua0F1oFyafQz6v" +
    "89q8eT+q8SRe",
  rsa512:
    "MIIBjTCCATegAwIBAgIUSVGi/h3Ncg90f4CFTAPMPeuMnaYwDQYJKoZIhvcNAQELBQAwGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGUu" +
    "Y29tMCAXDTI2MTEyNjA2NTA1NFoYDzIxMjYxMTAyMDY1MDU0WjAaMRgwFgYDVQQDDA9pZHAuZXhhbXBsZS5jb20wXDANBgkqhkiG" +
    "9w0BAQEFAANLADBIAkEA51rFLKSfMhNjecQN+WJQ5kg1Ll/S6rBkmzHdG5PNzDy/QrBm6t+tOCkJ63nU2EtQSFJ2vLGhMbv7td5x" +
    "bfQG5QIDAQABo1MwUTAdBgNVHQ4EFgQUy01oKnJNuEuxjIfZCgivCOJtdqcwHwYDVR0jBBgwFoAUy01oKnJNuEuxjIfZCgivCOJt" +
    "dqcwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAANBAOLHcYrNGn1xYNE0hxUtmOlsmp4ZZykzx11nnzUjnaggLVmVTq6g" +
    "smykIs/e+zHBHoEwUd5TMSJSP+OtfsqBe+0=",
  ec256:
    "MIIBiTCCAS+gAwIBAgIUQXTLAYCgOofdW9t6bk0p7MIgUuAwCgYIKoZIzj0EAwIwGTEXMBUGA1UEAwwOZWMuZXhhbXBsZS5jb20w" +
    "IBcNMjYxMTI2MDY1MDU0WhgPMjEyNjExMDIwNjUwNTRaMBkxFzAVBgNVBAMMDmVjLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYI" +
    "KoZIzj0DAQcDQgAEyHPQ5HEL0JhMVrJa9uHEyBCw23dgSiB90f1alN2o9hPqVlAenIDVnD2qRoygvyB5aP4tfl1pxF9gHVhPepnQ" +
    "f6NTMFEwHQYDVR0OBBYEFPkC4FyyY3S2xXty9IfjYGBdz3WJMB8GA1UdIwQYMBaAFPkC4FyyY3S2xXty9IfjYGBdz3WJMA8GA1Ud" +
    "EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAMoAvVeXYDrHa51KLfvKyXyNBVGDEXkk84pfmxF1VqrrAiBdDWNI06yGQ6yB" +
    "s3hw+KuzuqQF7gGjbvDUzazPxwNYuQ==",
  /** Has one extension twice. */
  repeatedExtension:
    "MIIBQzCB6aADAgECAgEBMAoGCCqGSM49BAMCMBwxGjAYBgNVBAMTEXR3aWNlLmV4YW1wbGUuY29tMCAXDTI2MDEwMTAwMDAwMFoY" +
    "DzIxMjYwMTAxMDAwMDAwWjAcMRowGAYDVQQDExF0d2ljZS5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLnX" +
    "9w2Fmw20zucVWYEpgSrzf9Q2DEGeyOjja06PK4IwIS791vQmr9HuQuI7HL3gWChQipP/2ckEoAW/1MgdDamjGjAYMAoGBCoDBAUE" +
    "AgUAMAoGBCoDBAUEAgUAMAoGCCqGSM49BAMCA0kAMEYCIQDnhkBBa7bzD+Ua8xO6A49eNoyN3ynskO+ZCWUO9DVDzgIhAIZ6lsjQ" +
    "OVEoapHXphcvlA1bZgcQQsSlno4fUZlXjYKM",
} as const;

export interface SampleOptions {
  entityId?: string;
  /** Contents of `ds:X509Certificate` elements of signing keys. */
  certificates?: readonly string[];
  /** Attributes of the root, such as `validUntil="…"`. */
  rootAttributes?: string;
  location?: string;
  /** Markup before the root element. */
  prologue?: string;
  /** Content of the organization's name, to make documents long. */
  filler?: string;
}

/** Signing keys as identity providers write them: over several lines, indented. */
const keyDescriptor = (certificate: string): string =>
  `    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>
        ${certificate.replaceAll(/(.{64})/g, "$1\n        ")}
      </ds:X509Certificate></ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>`;

/** A metadata document of one identity provider, long enough for the API. */
export function sampleMetadata(options: SampleOptions = {}): string {
  const {
    entityId = "https://idp.example.com/saml",
    certificates = [sampleCertificates.rsa2048],
    rootAttributes = "",
    location = "https://idp.example.com/sso",
    prologue = '<?xml version="1.0" encoding="UTF-8"?>\n',
    filler = "Example",
  } = options;
  return `${prologue}<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}" ${rootAttributes}>
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
${certificates.map(keyDescriptor).join("\n")}
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${location}"/>
  </md:IDPSSODescriptor>
  <md:Organization>
    <md:OrganizationName xml:lang="en">${filler}</md:OrganizationName>
    <md:OrganizationDisplayName xml:lang="en">Example</md:OrganizationDisplayName>
    <md:OrganizationURL xml:lang="en">https://example.com/</md:OrganizationURL>
  </md:Organization>
</md:EntityDescriptor>
`;
}
