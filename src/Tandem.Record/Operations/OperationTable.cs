using Tandem.Record.Bulk;
using Tandem.Record.Plans;
using Tandem.Record.Questionnaires;
using Tandem.Record.Search.Site;
using Tandem.Record.Subscriptions;
using Tandem.Record.Terminology;
using Tandem.Record.Validation;

namespace Tandem.Record.Operations;

/// <summary>All operations of the interface: add a line here, and it is routed, declared and described.</summary>
internal static class OperationTable
{
    internal static readonly IReadOnlyList<Operation> All =
    [
        ReadVersions.Operation,
        ReadMeta.Operation,
        ChangeMeta.Add,
        ChangeMeta.Delete,
        ReadSubscriptionStatus.Operation,
        ReadSubscriptionEvents.Operation,
        GetBindingToken.Operation,
        ReadIndexing.Operation,
        BulkOperations.ExportSystem,
        BulkOperations.ExportPatients,
        BulkOperations.ExportGroup,
        BulkOperations.Import,
        ValidateResource.Operation,
        ExpandValueSet.Operation,
        ValidateCode.OfValueSet,
        ValidateCode.OfCodeSystem,
        LookupCode.Operation,
        CompareCodes.Operation,
        TranslateConcept.Operation,
        EvaluateFhirPath.Operation,
        PopulateQuestionnaire.Operation,
        ExtractResponse.Operation,
        Everything.OfPatient,
        Everything.OfEncounter,
        MakeDocument.Operation,
        FindDocuments.Operation,
        LastObservations.Operation,
        ObservationStatistics.Operation,
        MatchPatient.Operation,
        ApplyPlan.Operation,
        ApplyActivity.Operation,
    ];

    /// <summary>The operation of this name for a type and level; null when there is none.</summary>
    internal static Operation? Find(string code, string type, OperationLevels level) =>
        All.FirstOrDefault(operation => operation.Code == code && operation.Levels.HasFlag(level) && (level == OperationLevels.System || operation.IsFor(type)));

    /// <summary>The operations on a type or its instances.</summary>
    internal static IEnumerable<Operation> Of(string type) =>
        All.Where(operation => (operation.Levels & (OperationLevels.Type | OperationLevels.Instance)) != 0 && operation.IsFor(type));

    /// <summary>The operations on the whole record.</summary>
    internal static IEnumerable<Operation> OfSystem => All.Where(operation => operation.Levels.HasFlag(OperationLevels.System));
}
