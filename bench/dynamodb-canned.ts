/** The other end of `dynamodb-store.ts`: answers every call at once, as DynamoDB does a write that was made. */
import { createServer } from 'node:http';
import { crc32 } from 'node:zlib';

const answer = Buffer.from('{}');
const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'content-length': answer.length,
  'x-amz-crc32': String(crc32(answer)),
};
const table = Buffer.from(
  JSON.stringify({
    Table: {
      TableStatus: 'ACTIVE',
      TableArn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/bench',
      TableId: 'bench',
      KeySchema: [
        { AttributeName: 'idx', KeyType: 'HASH' },
        { AttributeName: 'request', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'idx', AttributeType: 'S' },
        { AttributeName: 'request', AttributeType: 'S' },
      ],
    },
  }),
);
let writes = 0;

const server = createServer((request, response) => {
  const target = String(request.headers['x-amz-target']);
  request.resume().on('end', () => {
    if (target.endsWith('.PutItem')) writes += 1;
    if (target.endsWith('.DescribeTable')) response.writeHead(200, { 'content-length': table.length }).end(table);
    else response.writeHead(200, headers).end(answer);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.on('message', () => process.send?.(writes));
process.on('disconnect', () => process.exit());
