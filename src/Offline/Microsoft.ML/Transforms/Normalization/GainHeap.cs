namespace Microsoft.ML.Transforms;

/// <summary>A binary heap, the greatest gain first, from which any node can be removed.</summary>
internal sealed class GainHeap
{
    public sealed class Node
    {
        public int Min, Split, Max;
        public long Gain;
        internal int Index = -1;
        public bool InHeap => Index >= 0;
    }

    private readonly List<Node> _nodes = [];
    public int Count => _nodes.Count;

    public void Add(Node node)
    {
        _nodes.Add(node);
        var index = _nodes.Count - 1;
        for (int parent; index > 0 && _nodes[parent = (index - 1) / 2].Gain < node.Gain; index = parent)
            Place(_nodes[parent], index);
        Place(node, index);
    }

    public Node Pop()
    {
        var top = _nodes[0];
        Remove(top);
        return top;
    }

    public void Remove(Node node)
    {
        var (hole, last) = (node.Index, _nodes[^1]);
        _nodes.RemoveAt(_nodes.Count - 1);
        node.Index = -1;
        if (last == node) return;
        // only downwards, as ML.NET does: the order of equal gains is part of the result
        for (int child; (child = 2 * hole + 1) < _nodes.Count; hole = child)
        {
            if (child + 1 < _nodes.Count && _nodes[child].Gain < _nodes[child + 1].Gain) child++;
            if (last.Gain >= _nodes[child].Gain) break;
            Place(_nodes[child], hole);
        }
        Place(last, hole);
    }

    private void Place(Node node, int index)
    {
        _nodes[index] = node;
        node.Index = index;
    }
}
