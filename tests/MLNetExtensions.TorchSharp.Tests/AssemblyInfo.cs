// Both engines use all processors, and the memory of the process is measured.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
