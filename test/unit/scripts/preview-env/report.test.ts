import assert from "node:assert/strict";
import {
  environmentMarker,
  renderEnd,
  renderEnvironment,
  renderFailure,
} from "../../../../scripts/preview-env/report";

describe("the comment about a pull request's environment", () => {
  it("shows the models of each use case, how to use them, and the expiry date", () => {
    const comment = renderEnvironment({
      base: "prod",
      stack: "pr-12",
      number: 12,
      owner: "alice",
      expires: "2026-12-31",
      trainings: {
        images: { source: "branch", repo: "dogs" },
        texts: { source: "defer", repo: "news" },
        new: { source: "own", repo: "new" },
      },
      outputs: {
        seldonNamespace: "pr-12-seldon",
        useCases: { images: "training PIPELINE_RUNNING" },
        upload: "gcloud storage rsync seldon gs://b/seldon",
        "train-new": "pachctl put file pr-12-new@master:/",
        detectorBucket: "gs://b",
      },
    });
    assert.equal(
      comment,
      `<!-- pachyderm-seldon:environment:prod -->
### Environment \`pr-12\` is up until 2026-12-31

| use case | models | status |
|--|--|--|
| \`images\` | one training on the current data of \`dogs\`; later commits do not start a training here | \`training PIPELINE_RUNNING\` |
| \`texts\` | the current models of \`prod\`: the training pipeline does not change, so nothing is trained | \`unknown\` |
| \`new\` | training on the environment's own data repo, which is empty at first, because \`prod\` has none yet | \`unknown\` |

- All names have the prefix \`pr-12-\`; models are served in the namespace \`pr-12-seldon\`.
- \`upload\`: \`gcloud storage rsync seldon gs://b/seldon\`
- \`train-new\`: \`pachctl put file pr-12-new@master:/\`
- All outputs: \`pulumi stack output --stack pr-12\`

Its owner is \`alice\`. Each update sets the expiry to 3 days later; after 2026-12-31, a sweep may destroy it. It is also destroyed when the pull request is closed or loses the label. To update it from your machine, run \`npm run preview-env -- --stack prod --pull-request 12\`; to destroy it, add \`--destroy\`.
`,
    );
  });

  it("escapes names, and replaces the comment when the environment is destroyed", () => {
    assert.equal(
      renderEnd("prod", "pr-12|`<b>", "is destroyed"),
      "<!-- pachyderm-seldon:environment:prod -->\n### Environment ``pr-12|`<b>`` is destroyed\n",
    );
  });

  it("names the owner and the expiry date after a failed update", () => {
    assert.equal(
      renderFailure({ base: "prod", stack: "pr-12", owner: "alice", expires: "2026-12-31" }),
      `<!-- pachyderm-seldon:environment:prod -->
### Environment \`pr-12\` could not be updated: see the log of the workflow

Anything that was created belongs to \`alice\` and expires on 2026-12-31. It is destroyed when the pull request is closed or loses the label.
`,
    );
  });

  it("is found again for any spelling of the base", () => {
    assert.equal(environmentMarker("acme/ml/prod"), environmentMarker("prod"));
  });
});
