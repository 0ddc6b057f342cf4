import { countOf } from "../../providers/pachyderm/client";
import { AREAS, type Area, type DoctorReport, type Finding, type Status } from "./report";

const AREA_TITLES: Readonly<Record<Area, string>> = {
  tools: "Tools",
  configuration: "Configuration",
  pachyderm: "Pachyderm",
  cluster: "Kubernetes",
  googleCloud: "Google Cloud",
  determined: "Determined",
  seldon: "Seldon",
};

const WORDS: Readonly<Record<Status, string>> = {
  passed: "ok",
  warning: "WARNING",
  failed: "FAILED",
  unchecked: "not checked",
};

/** The report as text: the totals first, then a row for each finding, followed by what to do. */
export function doctorTable(report: DoctorReport): string {
  const { findings } = report;
  const widths = [
    Math.max(...Object.values(WORDS).map((word) => word.length)),
    Math.max(0, ...findings.map(({ title }) => title.length)),
  ] as const;
  const areas = AREAS.flatMap((area) => {
    const own = findings.filter((finding) => finding.area === area);
    return own.length === 0
      ? []
      : ["", AREA_TITLES[area], ...own.flatMap((finding) => rowOf(finding, widths))];
  });
  return `${[verdictOf(report), ...areas].join("\n")}\n`;
}

/** The totals in one line. */
export function verdictOf({ stack, totals }: DoctorReport): string {
  const { passed, warning, failed, unchecked } = totals;
  const parts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(warning > 0 ? [countOf(warning, "warning")] : []),
    ...(unchecked > 0 ? [`${unchecked} not checked`] : []),
  ];
  return `${stack}: ${parts.join(", ")}`;
}

function rowOf(finding: Finding, [status, title]: readonly [number, number]): string[] {
  const { subject, found, action } = finding;
  const text = subject === null ? found : `${subject}: ${found}`;
  const head = `  ${WORDS[finding.status].padEnd(status)}  ${finding.title.padEnd(title)}  `;
  return [`${head}${text}`, ...(action === null ? [] : [`${" ".repeat(head.length)}→ ${action}`])];
}
