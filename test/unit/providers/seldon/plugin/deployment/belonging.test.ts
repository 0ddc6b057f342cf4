import assert from "node:assert/strict";
import { findBelongings } from "../../../../../../providers/seldon/plugin/deployment/belonging";
import type {
  DeploymentRef,
  KnativeService,
  KnativeTrigger,
} from "../../../../../../providers/seldon/plugin/deployment/objects";
import {
  type DeployedModel,
  deploymentObjects,
} from "../../../../../../sandbox/stand-ins/seldon/deployment-objects";

const CATS: DeploymentRef = { name: "cats", namespace: "seldon" };

/** The services and triggers of models. */
function made(...models: DeployedModel[]) {
  const objects = models.flatMap(deploymentObjects).map(({ object }) => object);
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind) as unknown;
  return {
    services: ofKind("Service") as KnativeService[],
    triggers: ofKind("Trigger") as KnativeTrigger[],
  };
}

function service(name: string, ...args: string[]): KnativeService {
  return {
    metadata: { name, namespace: "seldon-logs" },
    spec: { template: { spec: { containers: [{ args }] } } },
  };
}

type TriggerSpec = NonNullable<KnativeTrigger["spec"]>;

function trigger(
  subscriber: TriggerSpec["subscriber"],
  attributes: Record<string, string> = {},
): KnativeTrigger {
  return {
    metadata: { name: "a-trigger", namespace: "seldon-logs" },
    spec: { filter: { attributes }, subscriber },
  };
}

const to = (name: string): TriggerSpec["subscriber"] => ({
  ref: { apiVersion: "serving.knative.dev/v1", kind: "Service", name },
});

function belongings(
  ref: DeploymentRef,
  { services, triggers }: { services: KnativeService[]; triggers: KnativeTrigger[] },
) {
  const found = findBelongings(ref, services, triggers);
  return {
    detectors: found.detectors.map(({ kind, service }) => `${kind} ${service.metadata.name}`),
    triggers: found.triggers.map(({ metadata }) => metadata.name),
    unclear: found.unclear,
  };
}

const OF_CATS = {
  detectors: [
    "drift seldon-seldondeployment-cats-drift",
    "outlier seldon-seldondeployment-cats-outlier",
  ],
  triggers: [
    "seldon-seldondeployment-cats-drift-trigger",
    "seldon-seldondeployment-cats-outlier-trigger",
  ],
  unclear: [],
};
const NOTHING = { detectors: [], triggers: [], unclear: [] };

describe("a deployment's detectors", () => {
  it("are found by the names that Seldon gives them, with the triggers that feed them", () => {
    assert.deepEqual(belongings(CATS, made(CATS)), OF_CATS);
  });

  it("do not include those of deployments whose names begin or end alike", () => {
    const others = ["cats-2", "cat", "bobcats", "cats-drift", "my-cats"].map((name) => ({
      name,
      namespace: "seldon",
    }));
    assert.deepEqual(belongings(CATS, made(...others)), NOTHING);
    assert.deepEqual(belongings(CATS, made(...others, CATS)), OF_CATS);
  });

  it("do not include those of a deployment of the same name in a different namespace", () => {
    const others = ["team-b", "my-seldon", "seldon-2"].map((namespace) => ({
      name: "cats",
      namespace,
    }));
    assert.deepEqual(belongings(CATS, made(...others)), NOTHING);
    for (const other of others) {
      const { detectors, unclear } = belongings(other, made(...others, CATS));
      assert.deepEqual(
        detectors,
        ["drift", "outlier"].map(
          (kind) => `${kind} ${other.namespace}-seldondeployment-cats-${kind}`,
        ),
      );
      assert.deepEqual(unclear, []);
    }
  });

  it("are distinguished by the event source if a name is ambiguous", () => {
    const one = { namespace: "a", name: "b-seldondeployment-c" };
    const other = { namespace: "a-seldondeployment-b", name: "c" };
    const all = made(one);
    assert.equal(belongings(one, all).detectors.length, 2);
    assert.deepEqual(belongings(other, { ...all, triggers: [] }), NOTHING);
  });

  it("can have a custom event source, or none, if the name matches", () => {
    const name = "seldon-seldondeployment-cats-drift";
    for (const args of [[], ["--event_source", "ours"], ["--event_source=ours"]]) {
      assert.deepEqual(belongings(CATS, { services: [service(name, ...args)], triggers: [] }), {
        ...NOTHING,
        detectors: [`drift ${name}`],
      });
    }
  });

  it("do not include other services in their namespace, nor their triggers", () => {
    const services = [
      service("seldon-request-logger", "--event_source", "io.seldon.serving.logger"),
      service("cats-archive"),
    ];
    const attributes = { inferenceservicename: "cats", namespace: "seldon" };
    const triggers = [
      trigger(to("seldon-request-logger")),
      trigger(to("cats-archive"), attributes),
    ];
    assert.deepEqual(belongings(CATS, { services, triggers }), NOTHING);
  });

  describe("of an unknown name, with the deployment's event source", () => {
    const source = "io.seldon.serving.seldon-seldondeployment-cats-outlier";
    const services = [service("outlier-7f3a", "--event_source", source)];

    it("are found by a trigger that passes only the deployment's events", () => {
      const attributes = { inferenceservicename: "cats", namespace: "seldon" };
      const triggers = [trigger(to("outlier-7f3a"), attributes)];
      assert.deepEqual(belongings(CATS, { services, triggers }), {
        detectors: ["outlier outlier-7f3a"],
        triggers: ["a-trigger"],
        unclear: [],
      });
    });

    it("belong to the other deployment that a trigger names", () => {
      const others: Record<string, string>[] = [
        { namespace: "team-b" },
        { inferenceservicename: "dogs" },
      ];
      for (const other of others) {
        const triggers = [trigger(to("outlier-7f3a"), other)];
        assert.deepEqual(belongings(CATS, { services, triggers }), NOTHING);
      }
    });

    it("are unclear without one, because deploy.py's event source has no namespace", () => {
      const triggers = [
        trigger(to("outlier-7f3a"), { type: "io.seldon.serving.inference.request" }),
      ];
      const expected = { ...NOTHING, unclear: ["outlier-7f3a"] };
      assert.deepEqual(belongings(CATS, { services, triggers }), expected);
    });
  });

  it("are unclear if `seldon` in the name can be a different namespace or a fixed word", () => {
    const ref = { name: "cats", namespace: "team-b" };
    const all = { ...made(CATS), triggers: [] };
    assert.deepEqual(belongings(ref, all).unclear, [
      "seldon-seldondeployment-cats-drift",
      "seldon-seldondeployment-cats-outlier",
    ]);
    // the triggers name the namespace
    assert.deepEqual(belongings(ref, made(CATS)), NOTHING);
  });
});

describe("a deployment's triggers", () => {
  it("are found even if the service that they feed is already gone", () => {
    const { triggers } = made(CATS);
    assert.deepEqual(belongings(CATS, { services: [], triggers }), { ...OF_CATS, detectors: [] });
  });

  it("can name their subscriber by address", () => {
    const name = "seldon-seldondeployment-cats-drift";
    const services = [service(name)];
    const at = (uri: string) =>
      belongings(CATS, { services, triggers: [trigger({ uri })] }).triggers;
    assert.deepEqual(at(`http://${name}.seldon-logs.svc.cluster.local`), ["a-trigger"]);
    assert.deepEqual(at(`http://${name}.elsewhere.svc.cluster.local`), []);
    assert.deepEqual(at("no address"), []);
  });

  it("do not include those that feed another kind of object with that name", () => {
    const name = "seldon-seldondeployment-cats-drift";
    const refs = [
      { apiVersion: "v1", kind: "Service", name },
      { apiVersion: "serving.knative.dev/v1", kind: "Service", name, namespace: "elsewhere" },
      { apiVersion: "messaging.knative.dev/v1", kind: "Channel", name },
    ];
    for (const ref of refs) {
      const triggers = [trigger({ ref }), trigger(undefined)];
      assert.deepEqual(belongings(CATS, { services: [], triggers }), NOTHING);
    }
  });
});
