# The command of the kill tests, copied into the folder of each round. It notes its start and its end there; or it kills the
# process that holds the claim, or itself.
folder=$1
note() { echo "$1 worker $$ $PPID 0" >>"$folder/log"; }
note start
case $(cat "$folder/strikes.json") in
*'"supervisor":"while the worker works"'*)
  echo "struck supervisor $PPID 0 0" >>"$folder/log"
  kill -9 $PPID
  ;;
*'"worker":"before it answers"'*)
  note struck
  kill -9 $$
  ;;
esac
note end
printf '"behind"'
