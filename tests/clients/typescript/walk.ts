// One barrel from interception to ash, by openapi-fetch and the types generated from the OpenAPI document alone.
// Reads the address and everybody's token from standard input; says the barrel's label and the kinds of its trail.

import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./document.js";

type Schemas = components["schemas"];
type Person = Client<paths>;
type Answer = Schemas["Receipt"] | Schemas["Pending"];
type Told = { address: string; tokens: Record<string, string> };

const told: Told = JSON.parse(await text(process.stdin));

function person(badge: string): Person {
  const headers = { Authorization: `Token ${told.tokens[badge]}` };
  return createClient<paths>({ baseUrl: told.address, headers });
}

const officer = person("officer");
const colleague = person("colleague");
const keeper = person("keeper");
const driver = person("driver");
const analyst = person("analyst");
const prosecutor = person("prosecutor");
const operator = person("operator");
const secondOperator = person("second_operator");

// What was answered, unless it is a problem.
function given<Data>(answer: { data?: Data; error?: Schemas["Problem"] }): Data {
  if (answer.error) throw new Error(JSON.stringify(answer.error));
  if (answer.data === undefined) throw new Error("an answer without a body");
  return answer.data;
}

function only<Item>(items: Item[]): Item {
  const [item, ...more] = items;
  if (item === undefined || more.length > 0) throw new Error(`one was expected, not ${items.length}`);
  return item;
}

function headed() {
  return { header: { "Idempotency-Key": randomUUID() } };
}

function recorded(answer: Answer): Schemas["Receipt"] {
  if (!("act_id" in answer)) throw new Error(`it waits: ${JSON.stringify(answer)}`);
  return answer;
}

// A proposal that each of these confirms, seeing first that it waits for them.
async function confirmed(answer: Answer, ...confirmers: Person[]): Promise<void> {
  if (!("proposal" in answer)) throw new Error(`it waits for nobody: ${JSON.stringify(answer)}`);
  let word: Answer = answer;
  for (const one of confirmers) {
    const query = { waiting: "me" as const };
    const mine = given(await one.GET("/api/v1/proposals/", { params: { query } }));
    if (only(mine.results).id !== answer.proposal) throw new Error("another proposal waits");
    const path = { proposal_id: answer.proposal };
    word = given(await one.POST("/api/v1/proposals/{proposal_id}/confirm", { params: { path } }));
  }
  recorded(word);
}

// The driver takes over from the giver and hands over at the destination.
async function carry(
  exhibits: string[],
  giver: Person,
  destination: string,
  taker: Person,
  checks: Schemas["CheckRow"][] | null = null,
): Promise<void> {
  const sent = { exhibits, driver: "driver", vehicle: "VAN-A", destination };
  const dispatch = await giver.POST("/api/v1/acts/dispatch", { params: headed(), body: sent });
  await confirmed(given(dispatch), driver);
  const path = { label: exhibits[0] ?? "" };
  const shown = given(await driver.GET("/api/v1/exhibits/{label}", { params: { path } }));
  if (shown.stage !== "in_transit") throw new Error(`it is ${shown.stage}`);
  const arrived = { exhibits, place: destination, checks };
  const receive = await taker.POST("/api/v1/acts/receive", { params: headed(), body: arrived });
  await confirmed(given(receive), driver);
}

// One barrel under a seal.
async function caught(): Promise<Schemas["Exhibit"]> {
  const body: Schemas["InterceptAct"] = {
    customs_report: "PV-2026-TYPESCRIPT",
    prosecutor_unit: "COURT/PORT",
    container_number: "CSQU3054383",
    vessel_imo: "9074729",
    location: "BEANR",
    place: "QUAY-A",
    substance: "cocaine",
    lane: "fast",
    scale: "FLOOR",
    exhibits: [
      {
        form: "barrel",
        gross_grams: "25000.000",
        tare_grams: "1000.000",
        seal_number: "HS-1",
        seal_class: "H",
      },
    ],
  };
  recorded(given(await officer.POST("/api/v1/acts/intercept", { params: headed(), body })));
  const seizure = only(given(await officer.GET("/api/v1/seizures/")).results).reference;
  const found = await officer.GET("/api/v1/exhibits/", { params: { query: { seizure } } });
  const barrel = only(given(found).results);
  if (barrel.late || barrel.clocks.length === 0) throw new Error("no clock runs on it");
  return barrel;
}

// The barrel is opened, sampled with a colleague, and sealed again.
async function sampled(seizure: string, exhibit: string): Promise<string[]> {
  const opening = { exhibit, number: "HS-1", reason: "Sampling" };
  const opened = await officer.POST("/api/v1/acts/break_seal", { params: headed(), body: opening });
  recorded(given(opened));
  const forms = ["sample", "counter_sample"] as const;
  const body: Schemas["SampleAct"] = {
    exhibit,
    scale: "FINE",
    samples: forms.map((form) => ({ form, gross_grams: "7.50", tare_grams: "2.50" })),
  };
  const taken = await officer.POST("/api/v1/acts/sample", { params: headed(), body });
  await confirmed(given(taken), colleague);
  const closing = { exhibit, number: "HS-2", seal_class: "H" as const };
  const closed = await officer.POST("/api/v1/acts/apply_seal", { params: headed(), body: closing });
  recorded(given(closed));
  const labels: string[] = [];
  for (const form of forms) {
    const found = await officer.GET("/api/v1/exhibits/", { params: { query: { seizure, form } } });
    labels.push(...given(found).results.map((one) => one.label));
  }
  return labels;
}

// One pixel, as PNG.
const PICTURE =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mNQcEgAAAFEAME1cEXuAAAA" +
  "AElFTkSuQmCC";

// A picture of the barrel as it stands, brought and named by its hash.
async function photographed(exhibit: string): Promise<void> {
  const form = new FormData();
  form.append("file", new Blob([Buffer.from(PICTURE, "base64")], { type: "image/png" }));
  const bringing = { body: { file: "" }, bodySerializer: () => form };
  const brought = given(await officer.POST("/api/v1/attachments", bringing));
  const body = { exhibit, photographs: [brought.sha256] };
  recorded(given(await officer.POST("/api/v1/acts/photograph", { params: headed(), body })));
}

// The barrel is weighed at the kiln's mouth, loaded, and burnt before two witnesses.
async function burnt(exhibit: string): Promise<void> {
  const units = [{ exhibit, gross_grams: "25000.000" }];
  const staging = { scale: "FLOOR", units };
  const staged = await operator.POST("/api/v1/acts/stage", { params: headed(), body: staging });
  recorded(given(staged));
  const loading = { exhibits: [exhibit], kiln: "K1" };
  const loaded = await operator.POST("/api/v1/acts/load", { params: headed(), body: loading });
  recorded(given(loaded));
  const body = { scale: "FLOOR", temperature_celsius: 1100, units };
  const answer = await operator.POST("/api/v1/acts/incinerate", { params: headed(), body });
  await confirmed(given(answer), secondOperator, keeper);
}

const { label, seizure } = await caught();
const samples = await sampled(seizure, label);
await photographed(label);
await carry(samples, officer, "LAB-A", analyst);
const order = { seizure, number: "D-1", reasons: "No need to keep the bulk" };
const ordered = await prosecutor.POST("/api/v1/acts/give_order", { params: headed(), body: order });
recorded(given(ordered));
const intact = { exhibit: label, seal_number: "HS-2", finding: "intact" as const };
await carry([label], officer, "VAULT-A", keeper, [intact]);
const storing = { exhibits: [label], place: "VAULT-A" };
const stored = await keeper.POST("/api/v1/acts/store", { params: headed(), body: storing });
recorded(given(stored));
const taking = { exhibits: [label], purpose: "destruction" as const };
const withdrawn = await keeper.POST("/api/v1/acts/withdraw", { params: headed(), body: taking });
recorded(given(withdrawn));
await carry([label], keeper, "PLANT-A", operator);
await burnt(label);
const trail = await officer.GET("/api/v1/exhibits/{label}/trail", { params: { path: { label } } });
console.log(JSON.stringify({ label, kinds: given(trail).events.map((one) => one.kind) }));
