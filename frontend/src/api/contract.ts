// The service's shapes under short names. All come from the generated schema; none is written here.
import type { components } from "./generated/schema.d.ts";

type Schemas = components["schemas"];

export type UserRead = Schemas["UserRead"];
export type TokenRead = Schemas["TokenRead"];
export type Role = UserRead["role"];
export type AccountRead = Schemas["AccountRead"];
export type InvitationRead = Schemas["InvitationRead"];
export type InvitationGiven = Schemas["InvitationGiven"];
export type LinkOpened = Schemas["LinkOpened"];
export type LinkRead = Schemas["LinkRead"];
export type ShareRead = Schemas["ShareRead"];
export type Sharing = Schemas["SharingRead"];
/** What a share gives: to look, or to change as well. */
export type GivenRight = ShareRead["right"];
export type Health = Schemas["HealthRead"];
export type PartStatus = Schemas["PartRead"]["status"];
export type WorkerRead = Schemas["WorkerRead"];
export type AuditRead = Schemas["AuditRead"];
export type ExportRead = Schemas["ExportRead"];
export type SessionRead = Schemas["SessionRead"];
export type PersonalTokenRead = Schemas["PersonalTokenRead"];
export type PersonalTokenGiven = Schemas["PersonalTokenGiven"];
export type Scope = PersonalTokenRead["scopes"][number];

export type DatasetRead = Schemas["DatasetRead"];
export type DatasetPage = Schemas["DatasetPage"];
export type DatasetPreview = Schemas["DatasetPreview"];
export type ColumnRead = Schemas["ColumnRead"];
export type ColumnType = ColumnRead["type"];
export type ColumnRole = ColumnRead["role"];
export type UploadRead = Schemas["UploadRead"];
export type ImportNote = Schemas["ImportNote"];

/** How an upload is read; settings this page does not know are kept as the service sent them. */
export type ImportPlan = Schemas["ImportRequest"]["plan"];

export type JobRead = Schemas["JobRead"];
export type JobPage = Schemas["JobPage"];
export type JobStatus = JobRead["status"];

export type SweepRead = Schemas["SweepRead"];
export type SweepRun = Schemas["SweepRunRead"];

export type RunRead = Schemas["RunRead"];
export type RunPage = Schemas["RunPage"];
export type PartitionRead = Schemas["PartitionRead"];
export type ConsensusRead = Schemas["ConsensusRead"];
export type ClusterRead = Schemas["ClusterRead"];
export type Edit = Schemas["EditRequest"]["edit"];
export type EditRead = Schemas["EditRead"];
export type History = Schemas["HistoryRead"];
export type Revised = Schemas["RevisedRead"];
export type ConstraintSet = History["constraints"];
export type Suggestion = Schemas["Suggestion"];
export type SelectionRead = Schemas["SelectionRead"];
export type RowValuesRead = Schemas["RowValuesRead"];
export type LayoutRead = Schemas["LayoutRead"];
export type ClusterExplanation = Schemas["ClusterExplanationRead"];
export type RowExplanation = Schemas["RowExplanationRead"];
export type Comparison = Schemas["ComparisonRead"];
export type GraphDiagnosis = Schemas["GraphDiagnosisRead"];
export type PartitionChanges = Schemas["PartitionChangesRead"];
export type ColumnAgreement = Schemas["ColumnAgreementRead"];
export type OutlineRequest = Schemas["OutlineRequest"];
export type RowSet = Schemas["RowSet"];
export type ColumnContrast = Schemas["ColumnContrastRead"];
export type OtherColumns = Schemas["OtherColumnsRead"];
export type ColumnValues = Schemas["ColumnValuesRead"];
export type ExplainedBorder = Schemas["BorderRead"];
export type RuleRead = Schemas["RuleRead"];
export type AlgorithmRead = Schemas["AlgorithmRead"];
export type Forecast = Schemas["ForecastRead"];

/** Any page of a list; every list of the service has this shape. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}
