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
for %%v in (demo test bench conformance pack help) do if /i "%verb%"=="%%v" goto %%v
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

:conformance
if not defined rest set rest="%MLNETEXT_CONFORMANCE%"
if %rest%=="" (
  echo Name a folder of recorded cases, or set MLNETEXT_CONFORMANCE. 1>&2
  set status=2
  goto end
)
call :run tests\MLNetExtensions.Conformance %rest%
goto done

:pack
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
echo   conformance [FOLDER]   replay recorded behaviour of ML.NET (FOLDER, or MLNETEXT_CONFORMANCE)
echo   pack                   make the NuGet packages (needs the real ML.NET packages)
echo.
echo MLNetPackages=nuget or offline chooses the real ML.NET packages or the stand-ins of src/Offline; unset, the build finds
echo out by itself. MLNETEXT_FEED is a folder with ML.NET packages; MLNETEXT_DATA a folder with data sets.
exit /b
