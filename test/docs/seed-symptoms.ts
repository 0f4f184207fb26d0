/**
 * What Signatory's two pages on watermarks call an error, a cause, a message or a remedy: each has its entry in
 * docs/troubleshooting.md.
 */
export interface Symptom {
  readonly what: string;
  /** The entry. */
  readonly anchor: string;
  /** Texts that the entry must hold, so that a person who searches for them finds it. */
  readonly texts: readonly string[];
}

export const symptoms: readonly Symptom[] = [
  // The page on watermarks.
  { what: 'the error itself', anchor: '409-watermark-validation-failed', texts: ['watermark validation failed'] },
  {
    what: 'several instances with different backends',
    anchor: 'several-signers-with-different-stores',
    texts: ['store=', 'two stores', 'raise the marks'],
  },
  {
    what: 'the storage was lost or reset',
    anchor: 'marks-were-lost-or-reset',
    texts: ['systemctl stop', 'restore after a loss'],
  },
  { what: 'one key in different bakers', anchor: 'the-same-key-in-two-bakers', texts: ['Stop one baker'] },
  {
    what: 'mem loses watermarks at a restart',
    anchor: 'marks-are-lost-at-every-restart',
    texts: ['mem', 'driver: file'],
  },
  {
    what: 'debug logs',
    anchor: 'seeing-each-check',
    texts: ['tidemark serve --log debug -c /etc/tidemark.yaml'],
  },
  { what: 'the rate of rejections', anchor: 'the-rate-of-rejections-rises', texts: ['watermark_rejection_total'] },
  { what: 'slow watermark storage', anchor: 'signing-is-slow', texts: ['watermark_operation_duration'] },
  { what: 'file is for one instance', anchor: 'store-in-use', texts: ['`base_dir` each'] },
  // The page on DynamoDB.
  { what: 'the driver itself', anchor: 'dynamodb', texts: ['`aws`', 'throttled', 'denied', '78'] },
  {
    what: 'credentials',
    anchor: 'credentials',
    texts: ['access_key_id', 'secret_access_key', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'],
  },
  {
    what: 'IAM policy',
    anchor: 'iam-permissions',
    texts: ['dynamodb:CreateTable', 'dynamodb:DescribeTable', 'dynamodb:PutItem'],
  },
  {
    what: 'which table',
    anchor: 'which-table-is-used',
    texts: [
      "DynamoDB watermark backend created table '",
      "DynamoDB watermark backend using existing table '",
      'aws dynamodb list-tables',
      'aws dynamodb scan',
    ],
  },
  {
    what: 'the conditional write that failed',
    anchor: 'conditionalcheckfailedexception',
    texts: ['ConditionalCheckFailedException', 'aws dynamodb query'],
  },
  { what: 'reset by deleting the table', anchor: 'resetting-the-watermarks', texts: ['deletes the table', 'no reset'] },
];
