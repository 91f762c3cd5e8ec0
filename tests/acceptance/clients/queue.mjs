// The part of the tour that AWS's SDK for JavaScript makes: who am I, send, receive, delete.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import {
  DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient,
} from "@aws-sdk/client-sqs";

const [queue] = process.argv.slice(2);
const sts = new STSClient({});
const sqs = new SQSClient({});
const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
const sent = await sqs.send(new SendMessageCommand({
  QueueUrl,
  MessageBody: "from JavaScript",
  MessageAttributes: { colour: { DataType: "String", StringValue: "blue" } },
}));
const got = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MessageAttributeNames: ["All"] }));
const [message] = got.Messages ?? [];
await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
console.log(JSON.stringify({ arn: Arn, sent: sent.MessageId, got: message.MessageId, body: message.Body,
  colour: message.MessageAttributes.colour.StringValue }));
