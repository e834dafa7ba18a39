using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Columns that are missing or of the wrong type, of any trainer: named when a pipeline is put together, fitted or
/// applied, before a row is read.</summary>
internal static class SchemaCases
{
    private static readonly Points Points = new(1, 20);

    public static IEnumerable<BadInputCase> Of(TrainerSubject trainer) =>
        [.. OfTraining(trainer), .. OfValidation(trainer), .. OfScoring(trainer)];

    private static IEnumerable<BadInputCase> OfTraining(TrainerSubject trainer)
    {
        TableColumn label = trainer.Label(Points), features = trainer.Features(Points);
        TableColumn[] good = [label, features];
        TableColumn doubles = TableColumn.Scalar("Weight", NumberDataViewType.Double, Points.Products.Select(_ => 1.0));
        (string What, Action<NeuralNetworkOptions>? Configure, TableColumn[] Columns, string[] Words)[] ofLabels =
        [
            ("no label column", options => TaskCase.SetLabel(options, "NoLabel"), good, ["Could not find label column 'NoLabel'"]),
            ("a label of text", null, [TableColumn.Text("Label", Points.Products.Select(_ => "text")), features],
                ["label column 'Label'", $"expected {trainer.LabelType}", "got String"]),
            ("a label of byte keys", null,
                [TableColumn.Scalar<byte>("Label", new KeyDataViewType(typeof(byte), 3), new byte[20]), features],
                ["label column 'Label'", $"expected {trainer.LabelType}", "got Key<Byte>"]),
            ("a label of doubles", null,
                [TableColumn.Vector("Label", NumberDataViewType.Double, Points.Features.Select(_ => new double[2])), features],
                ["label column 'Label'", $"expected {trainer.LabelType}", "got Vector<Double>"]),
        ], ofOthers =
        [
            ("no feature column", options => options.FeatureColumnName = "NoFeatures", good,
                ["Could not find feature column 'NoFeatures'"]),
            ("no weight column", options => options.ExampleWeightColumnName = "NoWeight", good,
                ["Could not find weight column 'NoWeight'"]),
            ("features that are one number", null, [label, TableColumn.Single("Features", Points.Products)],
                ["feature column 'Features'", "expected Vector<Single>", "got Single"]),
            ("features of doubles", null,
                [label, TableColumn.Vector("Features", NumberDataViewType.Double, Points.Features.Select(_ => new double[4]))],
                ["feature column 'Features'", "expected Vector<Single>", "got Vector<Double>"]),
            ("features of unknown size", null,
                [label, TableColumn.Vector("Features", NumberDataViewType.Single, Points.Features, [0])],
                ["feature column 'Features'", "expected Vector<Single>", "got VarVector<Single>"]),
            ("weights of doubles", options => options.ExampleWeightColumnName = "Weight", [label, features, doubles],
                ["weight column 'Weight'", "expected Single", "got Double"]),
        ];
        bool hasLabel = trainer.LabelType is not null;
        foreach ((string what, Action<NeuralNetworkOptions>? configure, TableColumn[] columns, string[] words)
            in hasLabel ? [.. ofLabels, .. ofOthers] : ofOthers)
        {
            yield return BadInputCase.Of<ArgumentOutOfRangeException>($"{trainer.Name}: {what}, fitted", () =>
                Unread(new(columns), table => trainer.Create(new(), configure).Fit(table)), words);
            yield return BadInputCase.Of<ArgumentOutOfRangeException>($"{trainer.Name}: {what}, in a pipeline", () =>
                trainer.Create(new(), configure).GetOutputSchema(SchemaText.Shape(new TableView(columns).Schema)), words);
        }
        if (hasLabel)
            yield return BadInputCase.Of<ArgumentOutOfRangeException>($"{trainer.Name}: a label that a score would hide", () =>
                trainer.Create(new(), options => TaskCase.SetLabel(options, "Score")), "label column 'Score'", "CopyColumns");
        yield return BadInputCase.Of<ArgumentNullException>($"{trainer.Name}: no data", () =>
            trainer.Create(new(), null).Fit(null!), "trainData");
    }

    private static IEnumerable<BadInputCase> OfValidation(TrainerSubject trainer)
    {
        if (trainer.LabelType is not null)
            yield return Invalid("validation data without a label", [trainer.Features(Points)], "label column 'Label'");
        yield return Invalid("validation data without features", [trainer.Label(Points)], "feature column 'Features'");
        yield return Invalid("validation data of other features", [trainer.Label(Points), Narrow()],
            "feature column 'Features'", "in the validation data", "Vector<Single, 3>");
        yield return Invalid("validation data of bytes", [trainer.Label(Points), Bytes()],
            "feature column 'Features'", "in the validation data", "Vector<Byte, 4>");

        BadInputCase Invalid(string what, TableColumn[] columns, params string[] words) =>
            BadInputCase.Of<ArgumentOutOfRangeException>(
            $"{trainer.Name}: {what}", () => Unread(
                new(columns), table => trainer.Create(new(), null).Fit(trainer.Table(Points), table)), words);
    }

    private static IEnumerable<BadInputCase> OfScoring(TrainerSubject trainer)
    {
        (string What, TableColumn Column, string[] Words)[] faults =
        [
            ("without features", trainer.Label(Points), ["feature column 'Features'"]),
            ("of one feature", TableColumn.Single("Features", Points.Products),
                ["feature column 'Features'", "Vector<Single", "got Single"]),
            ("of fewer features", Narrow(), ["feature column 'Features'", "got Vector<Single, 3>"]),
            ("of bytes", Bytes(), ["feature column 'Features'", "got Vector<Byte, 4>"]),
        ];
        foreach ((string what, TableColumn column, string[] words) in faults)
        {
            yield return Unfit("transformed", table => trainer.Model.Transform(table));
            yield return Unfit("in a pipeline", table => trainer.Model.GetOutputSchema(table.Schema));
            yield return Unfit("row by row", table => trainer.Model.GetRowToRowMapper(table.Schema));

            BadInputCase Unfit(string how, Action<TableView> act) => BadInputCase.Of<ArgumentOutOfRangeException>(
                $"{trainer.Name}: data to score {what}, {how}", () => Unread(new(column), act), words);
        }
    }

    private static TableColumn Narrow() => TableColumn.Vector("Features", NumberDataViewType.Single,
        Points.Features.Select(row => row[..3]));

    private static TableColumn Bytes() => TableColumn.Vector("Features", NumberDataViewType.Byte,
        Points.Features.Select(_ => new byte[4]));

    private static void Unread(TableView table, Action<TableView> act)
    {
        try
        {
            act(table);
        }
        finally
        {
            Assert.Equal(0, table.CursorsOpened);
        }
    }
}
