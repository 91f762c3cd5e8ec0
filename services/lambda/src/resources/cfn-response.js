// Sends the result of a custom resource to AWS CloudFormation.
exports.SUCCESS = "SUCCESS";
exports.FAILED = "FAILED";

exports.send = function (event, context, responseStatus, responseData, physicalResourceId, noEcho) {
  const body = JSON.stringify({
    Status: responseStatus,
    Reason: "See the details in CloudWatch Log Stream: " + context.logStreamName,
    PhysicalResourceId: physicalResourceId || context.logStreamName,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: responseData,
  });
  const url = new URL(event.ResponseURL);
  const options = { method: "PUT", headers: { "content-type": "", "content-length": Buffer.byteLength(body) } };
  return new Promise((resolve) => {
    const done = () => {
      context.done();
      resolve();
    };
    const request = require(url.protocol === "https:" ? "https" : "http").request(url, options, (response) => {
      console.log("Status code: " + response.statusCode);
      response.resume();
      response.on("end", done);
    });
    request.on("error", (error) => {
      console.log("The response could not be sent: " + error);
      done();
    });
    request.write(body);
    request.end();
  });
};
