namespace Microsoft.ML.Data;

/// <summary>Loads delimited text files. Lines are parsed when rows are read, ahead of the cursor and in parallel.</summary>
public sealed partial class TextLoader : IDataLoader<IMultiStreamSource>
{
    private readonly DataViewSchema _schema;
    private readonly bool _hasHeader;
    private readonly int? _maxRows;

    internal TextLoader(IHostEnvironment env, Options options = null, IMultiStreamSource dataSample = null)
    {
        Environment = env;
        options ??= new Options();
        dataSample ??= new MultiFileSource(null);
        var columns = options.Columns is { Length: > 0 } given ? given : DefaultColumns(dataSample);
        Contracts.CheckParam(!(options.MaxRows < 0), nameof(Options.MaxRows));
        Contracts.Check(options.InputSize is null or >= 0, $"{nameof(Options.InputSize)} must not be negative");
        (_hasHeader, UseThreads) = (options.HasHeader, options.UseThreads);
        _maxRows = options.MaxRows is { } most ? (int)Math.Min(most, int.MaxValue) : null;
        var inputSize = Math.Min(options.InputSize ?? 0, SourceColumn.NoLimit - 1);
        Syntax = new FieldSyntax(CheckSeparators(options), options, inputSize);
        Columns = SourceColumns.Bind(columns, Syntax, _hasHeader, dataSample, out var header);
        var builder = new DataViewSchema.Builder();
        foreach (var column in Columns)
            builder.AddColumn(column.Name, column.Type, SourceColumns.SlotNames(column, header, Syntax));
        _schema = builder.ToSchema();
    }

    internal IHostEnvironment Environment { get; }
    internal SourceColumn[] Columns { get; }
    internal FieldSyntax Syntax { get; }
    internal bool UseThreads { get; }
    public DataViewSchema GetOutputSchema() => _schema;
    public IDataView Load(IMultiStreamSource source) => new TextView(this, Contracts.NotNull(source));

    internal IEnumerable<TextLine> ReadLines(IMultiStreamSource files)
    {
        var lines = Enumerable.Range(0, files.Count)
            .SelectMany(file => TextLine.Read(() => files.OpenTextReader(file), Syntax, _hasHeader));
        return _maxRows is { } most ? lines.Take(most) : lines;
    }

    /// <summary>A loader of the members of a class that carry LoadColumn; it is an error if one does not.</summary>
    internal static TextLoader Create<TInput>(IHostEnvironment env, Options options)
    {
        options ??= new Options();
        MemberInfo[] members = [.. SchemaDefinition.MembersOf(typeof(TInput), SchemaDefinition.Direction.Read)];
        Contracts.CheckParam(members.Length > 0, nameof(TInput), "It has no public field or property to load.");
        options.Columns = Array.ConvertAll(members, ToColumn);
        return new TextLoader(env, options);
    }

    private static Column ToColumn(MemberInfo member)
    {
        var load = member.GetCustomAttribute<LoadColumnAttribute>()
            ?? throw new InvalidOperationException($"'{member.Name}' is missing the LoadColumnAttribute attribute");
        var type = SchemaDefinition.MemberTypeOf(member);
        var kind = DataKinds.KindOf(DataKinds.TypeOf(type.IsArray ? type.GetElementType() : type));
        Contracts.Check(kind.IsValid(), $"'{member.Name}' is of unsupported type.");
        var name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
        var keyCount = member.GetCustomAttribute<KeyTypeAttribute>() is { } key ? new KeyCount(key.Count) : null;
        return new Column(name, kind, load.Sources, keyCount);
    }

    /// <summary>Without columns: field 0 is the label, all others are features.</summary>
    private static Column[] DefaultColumns(IMultiStreamSource sample)
    {
        using (var reader = sample.Count > 0 ? sample.OpenTextReader(0) : TextReader.Null)
            while (reader.ReadLine() is { } line && (line.Length == 0 || line.StartsWith("//") || line[0] == '#'))
                Contracts.Check(!line.StartsWith("#@"), "Columns that a file describes itself (#@) are not read: give Columns");
        return [new Column("Label", DataKind.Single, 0), new Column("Features", DataKind.Single, [new Range(1, null)])];
    }

    private static char[] CheckSeparators(Options options)
    {
        char[] separators = options.Separators.Length > 1 ? [.. options.Separators.Distinct()] : [options.Separators[0]];
        foreach (var c in separators)
        {
            var legal = c >= ' ' && !char.IsAsciiDigit(c) && c != '"' || c == '\t';
            Contracts.CheckParam(legal, "Separator", $"Illegal separator: '{c}'");
            Contracts.CheckParam(c != ':' || !options.AllowSparse, "Separator", "Turn off AllowSparse if ':' separates");
        }
        Contracts.CheckParam(options.DecimalMarker is '.' or ',', nameof(Options.DecimalMarker), $"It must be '.' or ','");
        Contracts.CheckParam(options.AllowQuoting || options.DecimalMarker != ',' || !separators.Contains(','),
            nameof(Options.AllowQuoting), "Quoting must be allowed if decimal marker and separator are the ',' character.");
        Contracts.CheckParam(!separators.Contains(options.EscapeChar), nameof(Options.EscapeChar),
            $"'{options.EscapeChar}' is a separator");
        return separators;
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException("A text loader cannot be saved; save the transformer without it.");
}

/// <summary>Text files as rows. Each pass opens and parses them anew.</summary>
internal sealed class TextView(TextLoader loader, IMultiStreamSource files) : RowView(loader.GetOutputSchema())
{
    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new TextCursor(loader, files, Schema.Mask(columnsNeeded));
}
