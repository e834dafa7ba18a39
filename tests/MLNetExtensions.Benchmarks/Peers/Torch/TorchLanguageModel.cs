using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetExtensions.Benchmarks.Peers.Torch;

/// <summary>A language model of GPT's form, as nanoGPT writes it. The parameters get the names of the fields.</summary>
internal sealed class TorchLanguageModel : Module<Tensor, Tensor>
{
    private readonly Decoder transformer;
    private readonly Linear lm_head;

    public TorchLanguageModel(int vocabulary, int context, int layers, int heads, int features)
        : base(nameof(TorchLanguageModel))
    {
        (transformer, lm_head) = (new(vocabulary, context, layers, heads, features), Linear(features, vocabulary, hasBias: false));
        RegisterComponents();
    }

    /// <summary>From tokens [batch×context] to logits [batch·context×vocabulary].</summary>
    public override Tensor forward(Tensor x) => lm_head.call(transformer.call(x.to(ScalarType.Int64))).flatten(0, 1);

    private sealed class Decoder : Module<Tensor, Tensor>
    {
        private readonly Embedding wte, wpe;
        private readonly ModuleList<Block> h;
        private readonly LayerNorm ln_f;

        public Decoder(int vocabulary, int context, int layers, int heads, int features)
            : base(nameof(Decoder))
        {
            (wte, wpe) = (Embedding(vocabulary, features), Embedding(context, features));
            h = new([.. Enumerable.Range(0, layers).Select(_ => new Block(heads, features))]);
            ln_f = LayerNorm(features);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            Tensor values = wte.call(x) + wpe.call(arange(x.shape[1]));
            foreach (Block block in h)
                values = block.call(values);
            return ln_f.call(values);
        }
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly LayerNorm ln_1, ln_2;
        private readonly Attention attn;
        private readonly Module<Tensor, Tensor> mlp;

        public Block(int heads, int features)
            : base(nameof(Block))
        {
            (ln_1, ln_2, attn) = (LayerNorm(features), LayerNorm(features), new(heads, features));
            mlp = Sequential(
                ("c_fc", Linear(features, 4 * features, hasBias: false)), ("gelu", GELU()),
                ("c_proj", Linear(4 * features, features, hasBias: false)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            Tensor seen = x + attn.call(ln_1.call(x));
            return seen + mlp.call(ln_2.call(seen));
        }
    }

    private sealed class Attention : Module<Tensor, Tensor>
    {
        private readonly int _heads;
        private readonly Linear c_attn, c_proj;

        public Attention(int heads, int features)
            : base(nameof(Attention))
        {
            _heads = heads;
            (c_attn, c_proj) = (Linear(features, 3 * features, hasBias: false), Linear(features, features, hasBias: false));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            (long count, long length, long features) = (x.shape[0], x.shape[1], x.shape[2]);
            Tensor[] parts = c_attn.call(x).split(features, 2);
            Tensor means = functional.scaled_dot_product_attention(Heads(parts[0]), Heads(parts[1]), Heads(parts[2]), null, 0, true);
            return c_proj.call(means.transpose(1, 2).contiguous().view(count, length, features));

            Tensor Heads(Tensor part) => part.view(count, length, _heads, features / _heads).transpose(1, 2);
        }
    }
}
