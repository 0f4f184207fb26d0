/**
 * What the query parameter `version` of a signing request selects. 2 is today's; 1 reads requests by the rules of
 * protocol 022: no packed data (0x05), no consensus operations of tz4 keys (tags 40 and 41), and the operations of that
 * time. 0 reads like 2: it differs for BLS signatures alone, which it does not know.
 */
export type SigningVersion = 0 | 1 | 2;
