/** AWS's own example: both emulators accept anything, and the proxy holds each request against these. */
export const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
} as const;

export const region = 'us-east-1';
