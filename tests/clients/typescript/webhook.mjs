// Holds a delivery against Svix's library, as a receiver would: the delivery as it is, and changed in each part.
import { readFileSync } from "node:fs";
import { Webhook } from "svix";

const { secret, body, headers } = JSON.parse(readFileSync(0, "utf8"));
const verifies = (text, more = {}, key = secret) => {
  try {
    return new Webhook(key).verify(text, { ...headers, ...more }).type;
  } catch {
    return null;
  }
};
console.log(
  JSON.stringify({
    whole: verifies(body),
    changed: verifies(body.replace("flag", "flog")),
    renamed: verifies(body, { "webhook-id": "msg_other" }),
    old: verifies(body, { "webhook-timestamp": String(Number(headers["webhook-timestamp"]) - 3600) }),
    foreign: verifies(body, {}, "whsec_" + Buffer.alloc(32).toString("base64")),
  }),
);
