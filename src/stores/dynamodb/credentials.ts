/** What requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
}

/** Asked for each request; it keeps what it found, and renews it in time. */
export type CredentialSource = () => Promise<Credentials>;

/**
 * AWS's own search: environment variables, shared files, web identity, the metadata services of containers and of
 * machines. Loaded only when it is needed: it takes longer to load than the rest of the program.
 */
export async function standardCredentials(): Promise<CredentialSource> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider();
}
