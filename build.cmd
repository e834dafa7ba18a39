@echo off
rem What a developer does most, in one place; build.sh is the same for Linux and macOS.
setlocal
pushd "%~dp0"
set DOTNET_CLI_TELEMETRY_OPTOUT=1
set DOTNET_NOLOGO=1
set "verb=%~1"
set "rest="
:collect
shift
if not "%~1"=="" set rest=%rest% %1& goto collect

if "%verb%"=="" goto help
for %%v in (demo test bench pack help) do if /i "%verb%"=="%%v" goto %%v
echo unknown verb '%verb%' 1>&2
call :usage 1>&2
set status=2
goto end

:demo
call :run samples\Diabetes %rest%
goto done

:test
dotnet build MLNetExtensions.sln -c Release -v minimal || goto done
if not defined rest (
  dotnet test MLNetExtensions.sln -c Release --no-build
) else (
  for %%f in (%rest%) do dotnet test MLNetExtensions.sln -c Release --no-build --filter "FullyQualifiedName~%%~f"
)
goto done

:bench
call :run tests\MLNetExtensions.Benchmarks %rest%
goto done

:pack
rem The files of a package bear the time of the commit, so that a commit makes the same packages at any time.
if not defined SOURCE_DATE_EPOCH for /f %%t in ('git log -1 --format^=%%ct 2^>nul') do set SOURCE_DATE_EPOCH=%%t
dotnet pack MLNetExtensions.sln -c Release
goto done

:help
call :usage
goto done

:done
set status=%errorlevel%
:end
popd
exit /b %status%

rem Builds a project with a line about the packages it uses, then runs it without any.
:run
set "project=%1"
set "options="
:options
shift
if not "%~1"=="" set options=%options% %1& goto options
dotnet build -c Release -v minimal "%project%" || exit /b
dotnet run -c Release --no-build --project "%project%" -- %options%
exit /b

:usage
echo usage: build VERB
echo   demo [OPTIONS]         run the diabetes sample (samples/Diabetes); the options go to it
echo   test [FILTER]          run the tests, or those with FILTER in their full name
echo   bench [NAME]           run the benchmarks, or those with NAME in their name
echo   pack                   make the NuGet packages, in artifacts\package\release
echo.
echo AutoMLPackage=nuget or offline chooses the package Microsoft.ML.AutoML or the subset of it in src/Offline; unset, the build
echo finds out by itself. TorchSharpBundle is the package of libtorch for the tests, or none. MLNETEXT_DATA is a folder with
echo data sets, MLNETEXT_CONFORMANCE one with recorded behaviour of AutoML.
exit /b
