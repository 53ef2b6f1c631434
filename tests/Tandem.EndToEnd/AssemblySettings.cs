// One hub and one browser serve all tests, so they take turns.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
